import { createKeystore, keystoreAddress } from "../account/keystore.ts";
import { readPassword } from "../account/password.ts";
import { resolveAccount } from "../account/resolveAccount.ts";
import { VerimeshError } from "@verimesh/core";
import type { Context } from "./Context.ts";

/** Makes a key and writes it, encrypted, to a new file. */
export async function newAccount({ out, settings }: Context, file: string): Promise<void> {
  const password = await readPassword("New password", settings.passwordFile);
  if (settings.passwordFile === undefined && (await readPassword("Once more", undefined)) !== password) {
    throw new VerimeshError("The two passwords differ.", { code: "PASSWORD_WRONG", details: "No key was made." });
  }
  const { address } = await createKeystore(file, password);
  out.facts({ Address: address, Keystore: file });
  out.line("Keep the file and the password: without both, what the address holds is lost.");
  out.result({ address, keystore: file });
}

/** Shows the address of a keystore, or of the account that commands would use. */
export async function showAddress({ out, settings }: Context, file: string | undefined): Promise<void> {
  const keystore = file ?? (settings.devAccount === undefined ? settings.keystore : undefined);
  const stated = keystore === undefined ? undefined : await keystoreAddress(keystore);
  const chainId = settings.deployment?.chainId ?? 0;
  const address = stated ?? (await resolveAccount({ ...settings, keystore }, chainId, "requester")).address;
  out.line(address);
  out.result({ address });
}
