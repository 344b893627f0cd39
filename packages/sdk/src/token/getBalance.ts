import { VerimeshError } from "@verimesh/core";
import { type Address, erc20Abi, formatUnits, zeroAddress } from "viem";
import { getBalance as getEtherBalance } from "viem/actions";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient } from "../client/types.ts";

/** An amount with its unit, for people: `0.25 ETH`. */
export function formatAmount(amount: bigint, { decimals, symbol }: TokenUnit): string {
  return `${formatUnits(amount, decimals)} ${symbol}`;
}

export interface TokenUnit {
  readonly decimals: number;
  readonly symbol: string;
}

/** A token's unit; where the token does not say, or says nonsense, its address and smallest unit. */
export async function getTokenUnit(client: VerimeshClient, token: Address, signal?: AbortSignal): Promise<TokenUnit> {
  if (token === zeroAddress) return { decimals: 18, symbol: "ETH" };
  const contract = { address: token, abi: erc20Abi } as const;
  try {
    const [decimals, symbol] = await Promise.all([
      read(client, { ...contract, functionName: "decimals" }, signal),
      read(client, { ...contract, functionName: "symbol" }, signal),
    ]);
    if (decimals <= 36 && /^[\w.$-]{1,16}$/.test(symbol)) return { decimals, symbol };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof VerimeshError && error.code === "RPC_UNREACHABLE") throw error;
  }
  return { decimals: 0, symbol: `units of ${token}` };
}

/** Balance of ETH (zero address) or a token, in its smallest unit. */
export async function getBalance(
  client: VerimeshClient,
  owner: Address,
  token: Address,
  signal?: AbortSignal,
): Promise<bigint> {
  if (token === zeroAddress) return attempt(() => getEtherBalance(client, { address: owner }), signal);
  return read(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }, signal);
}

/**
 * Checks that an account can pay.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, naming what is there, needed and missing
 */
export async function requireBalance(
  client: VerimeshClient,
  owner: Address,
  token: Address,
  needed: bigint,
  signal?: AbortSignal,
): Promise<void> {
  const balance = await getBalance(client, owner, token, signal);
  if (balance >= needed) return;
  const unit = await getTokenUnit(client, token, signal);
  throw new VerimeshError(`${owner} is short of ${formatAmount(needed - balance, unit)}.`, {
    code: "FUNDS_INSUFFICIENT",
    details: `It has ${formatAmount(balance, unit)} and needs ${formatAmount(needed, unit)}${token === zeroAddress ? " and a little more for gas" : ""}.`,
  });
}
