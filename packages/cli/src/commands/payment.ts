import { VerimeshError } from "@verimesh/core";
import type { Deployment } from "@verimesh/sdk";
import { type Address, formatEther, getAddress, isAddress, isAddressEqual, parseEther, zeroAddress } from "viem";

type Tokens = Pick<Deployment, "token">;

/**
 * The token that an option names: `VMESH`, `ETH`, or an ERC-20's address; ETH, the zero address, if there is none.
 *
 * @throws VerimeshError OPTION_INVALID
 */
export function parseToken(text: string | undefined, { token }: Tokens): Address {
  if (text === undefined || /^eth$/i.test(text)) return zeroAddress;
  if (/^vmesh$/i.test(text)) return token;
  if (isAddress(text)) return getAddress(text);
  throw new VerimeshError(`The token is not an address: ${text.slice(0, 60)}`, {
    code: "OPTION_INVALID",
    details: "Expected ETH, VMESH, or an ERC-20's address.",
  });
}

/**
 * An amount as people write it: whole ETH or VMESH with decimals; of other tokens base units, since a token may say what it
 * likes about its decimals.
 *
 * @throws VerimeshError OPTION_INVALID
 */
export function parseAmount(what: string, text: string, token: Address, tokens: Tokens): bigint {
  const hasDecimals = unitOf(token, tokens) !== undefined;
  if ((hasDecimals ? /^\d{1,30}(\.\d{1,18})?$/ : /^\d{1,40}$/).test(text)) {
    return hasDecimals ? parseEther(text) : BigInt(text);
  }
  throw new VerimeshError(`The ${what} is not an amount: ${text.slice(0, 60)}`, {
    code: "OPTION_INVALID",
    details: hasDecimals ? "Expected a decimal such as 0.01." : "Expected a whole number of the token's base units.",
  });
}

/** VMESH, as the arguments of stakes give it. */
export function parseVmesh(text: string): bigint {
  return parseAmount("amount", text, ANY_TOKEN, { token: ANY_TOKEN });
}

/** An amount with its unit, for people. */
export function amountText(amount: bigint, token: Address, tokens: Tokens): string {
  const unit = unitOf(token, tokens);
  return unit === undefined ? `${amount} of ${token}` : `${formatEther(amount)} ${unit}`;
}

export function vmeshText(amount: bigint): string {
  return `${formatEther(amount)} VMESH`;
}

/** Stands for the stake token where only the writing of amounts matters. */
export const ANY_TOKEN: Address = "0x0000000000000000000000000000000000000001";

function unitOf(token: Address, tokens: Tokens): "ETH" | "VMESH" | undefined {
  if (isAddressEqual(token, zeroAddress)) return "ETH";
  return isAddressEqual(token, tokens.token) ? "VMESH" : undefined;
}
