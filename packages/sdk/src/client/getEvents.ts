import type { Abi, Address, ContractEventName, GetContractEventsReturnType } from "viem";
import { getBlockNumber, getContractEvents } from "viem/actions";
import { VerimeshError } from "@verimesh/core";
import { attempt } from "./read.ts";
import type { VerimeshClient } from "./types.ts";

const MAX_BLOCK_RANGE = 50_000n;

export interface GetEventsParameters<abi extends Abi, name extends ContractEventName<abi>> {
  readonly address: Address;
  readonly abi: abi;
  readonly eventName: name;
  /** Values of indexed fields. */
  readonly args?: Readonly<Record<string, unknown>>;
  readonly fromBlock: bigint;
  /** The latest block by default. */
  readonly toBlock?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Events in order of the chain, asked for in ranges: RPC providers limit how many blocks or logs one answer may span, and
 * each names the limit in its own way, so a refused range is halved until it passes.
 */
export async function getEvents<const abi extends Abi, name extends ContractEventName<abi>>(
  client: VerimeshClient,
  parameters: GetEventsParameters<abi, name>,
): Promise<GetContractEventsReturnType<abi, name, true>> {
  const { signal, fromBlock, ...filter } = parameters;
  const toBlock = parameters.toBlock ?? (await attempt(() => getBlockNumber(client, { cacheTime: 0 }), signal));
  const events: unknown[] = [];
  let range = MAX_BLOCK_RANGE;
  for (let from = fromBlock; from <= toBlock;) {
    const to = from + range - 1n < toBlock ? from + range - 1n : toBlock;
    try {
      const query = { ...filter, fromBlock: from, toBlock: to, strict: true } as never;
      events.push(...(await attempt(() => getContractEvents(client, query), signal)));
      from = to + 1n;
    } catch (error) {
      const refused = error instanceof VerimeshError && error.code === "RPC_FAILED";
      if (!refused || range === 1n) throw error;
      range = (to - from + 2n) / 2n;
      if (range < 1n || to === from) throw error;
    }
  }
  return events as GetContractEventsReturnType<abi, name, true>;
}
