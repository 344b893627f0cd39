import { VerimeshError } from "@verimesh/core";
import type { LocalAccount } from "viem";
import type { Settings } from "../settings/Settings.ts";
import { devAccount } from "./devAccounts.ts";
import { openKeystore } from "./keystore.ts";
import { readPassword } from "./password.ts";

/** Whom a command acts as, if nothing is said and a local network runs. */
export type Role = "requester" | "author" | "provider";

/**
 * The account that signs: the keystore, else the development account, else the local network's account for the role.
 *
 * @throws VerimeshError ACCOUNT_MISSING, and those of keystore, password and development accounts
 */
export async function resolveAccount(settings: Settings, chainId: number, role: Role): Promise<LocalAccount> {
  // What was named for this command wins over what the environment names for all of them.
  if (settings.devAccount !== undefined) return devAccount(settings.devAccount, chainId);
  if (settings.keystore !== undefined) {
    const password = await readPassword(`Password of ${settings.keystore}`, settings.passwordFile);
    return openKeystore(settings.keystore, password);
  }
  const accounts = settings.local?.accounts;
  const index = role === "provider" ? accounts?.providers[0] : accounts?.[role];
  if (index !== undefined) return devAccount(index, chainId);
  throw new VerimeshError("There is no account to sign with.", {
    code: "ACCOUNT_MISSING",
    details: "Pass --keystore or set VERIMESH_KEYSTORE; verimesh account new makes one.",
  });
}
