import { VerimeshError } from "@verimesh/core";
import type { Hex } from "viem";
import { getBlockNumber } from "viem/actions";
import { selectionOf } from "../client/contracts.ts";
import { attempt, read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getDrawHeader } from "./blockHeader.ts";

export interface DrawSeedParameters extends ReadOptions {
  readonly drawBlock: bigint;
}

/**
 * The header whose randomness draws for a draw block, as the contracts take it; empty where its hash has left the chain's
 * memory, so that the draw can only be repeated.
 * @throws VerimeshError `DrawTooEarly` while the block is not there
 */
export async function getDrawSeed(client: VerimeshClient, parameters: DrawSeedParameters): Promise<Hex> {
  const { deployment, drawBlock, signal } = parameters;
  const selection = selectionOf(deployment);
  const [delay, expired, head] = await Promise.all([
    read(client, { ...selection, functionName: "SEED_DELAY_BLOCKS" }, signal),
    read(client, { ...selection, functionName: "drawExpired", args: [drawBlock] }, signal),
    attempt(() => getBlockNumber(client, { cacheTime: 0 }), signal),
  ]);
  const seedBlock = drawBlock + delay;
  if (expired) return "0x";
  if (head >= seedBlock) return getDrawHeader(client, seedBlock, signal);
  throw new VerimeshError(`Block ${seedBlock}, whose randomness draws, is not there yet: the chain is at ${head}.`, {
    code: "DrawTooEarly",
    details: `Try again in ${seedBlock - head + 1n} blocks.`,
  });
}
