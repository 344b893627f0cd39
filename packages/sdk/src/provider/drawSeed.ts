import { VerimeshError } from "@verimesh/core";
import { type Hex, keccak256, numberToHex, toRlp } from "viem";
import { getBlockNumber } from "viem/actions";
import { selectionOf } from "../client/contracts.ts";
import { attempt, read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

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

const QUANTITIES = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp"];
const OPTIONAL = ["baseFeePerGas", "blobGasUsed", "excessBlobGas"];
const FIELDS = [
  ...["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"],
  ...QUANTITIES,
  ...["extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"],
  ...["parentBeaconBlockRoot", "requestsHash"],
];

async function getDrawHeader(client: VerimeshClient, blockNumber: bigint, signal?: AbortSignal): Promise<Hex> {
  const request = { method: "eth_getBlockByNumber", params: [numberToHex(blockNumber), false] } as const;
  const block = (await attempt(() => client.request(request as never), signal)) as Record<string, Hex>;
  const items = FIELDS.filter((field) => block[field] !== undefined).map((field): Hex => {
    const value = block[field]!;
    if (!QUANTITIES.includes(field) && !OPTIONAL.includes(field)) return value;
    return BigInt(value) === 0n ? "0x" : numberToHex(BigInt(value), { size: Math.ceil((value.length - 2) / 2) });
  });
  const header = toRlp(items);
  if (keccak256(header) === block["hash"]) return header;
  throw new VerimeshError("The header of the block does not hash to its hash.", { code: "HEADER_FORMAT_UNKNOWN" });
}
