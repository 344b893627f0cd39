import { VerimeshError } from "@verimesh/core";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** Hardhat's and anvil's mnemonic. Everybody has these keys: they are worth nothing anywhere but on a local chain. */
const MNEMONIC = "test test test test test test test test test test test junk";
const LOCAL_CHAIN = 31337;

/**
 * A development account by its index.
 *
 * @throws VerimeshError DEV_ACCOUNT_REFUSED on any chain but 31337, where these keys are known to everybody
 */
export function devAccount(index: number, chainId: number): HDAccount {
  if (chainId !== LOCAL_CHAIN) {
    throw new VerimeshError(`Development accounts are refused on chain ${chainId}.`, {
      code: "DEV_ACCOUNT_REFUSED",
      details: "Their keys are public. Use your own with --keystore; verimesh account new makes one.",
    });
  }
  if (!Number.isInteger(index) || index < 0 || index > 999) {
    throw new VerimeshError(`There is no development account ${index}.`, {
      code: "OPTION_INVALID",
      details: "Expected a whole number from 0 to 999.",
    });
  }
  return mnemonicToAccount(MNEMONIC, { addressIndex: index });
}
