import { VerimeshError } from "@verimesh/core";
import { type Hex, isHex, keccak256, numberToHex, toRlp } from "viem";
import { attempt } from "../client/read.ts";
import type { VerimeshClient } from "../client/types.ts";

/** A block as `eth_getBlockByNumber` returns it. viem's own block lacks fields of the header. */
export type RpcBlock = Readonly<Record<string, unknown>>;

/** The fields of a header in their order, and whether each is a number, which RLP writes without leading zeros. */
const FIELDS: readonly (readonly [name: string, kind: "bytes" | "number"])[] = [
  ["parentHash", "bytes"],
  ["sha3Uncles", "bytes"],
  ["miner", "bytes"],
  ["stateRoot", "bytes"],
  ["transactionsRoot", "bytes"],
  ["receiptsRoot", "bytes"],
  ["logsBloom", "bytes"],
  ["difficulty", "number"],
  ["number", "number"],
  ["gasLimit", "number"],
  ["gasUsed", "number"],
  ["timestamp", "number"],
  ["extraData", "bytes"],
  ["mixHash", "bytes"],
  ["nonce", "bytes"],
];

/** Those that came with the forks from London to Prague: each is there from its fork on. */
const FORK_FIELDS: typeof FIELDS = [
  ["baseFeePerGas", "number"],
  ["withdrawalsRoot", "bytes"],
  ["blobGasUsed", "number"],
  ["excessBlobGas", "number"],
  ["parentBeaconBlockRoot", "bytes"],
  ["requestsHash", "bytes"],
];

/**
 * The RLP encoding of a block's header, which the block's hash is the hash of; `mixHash`, the RANDAO value, is its item 13.
 * @throws VerimeshError `HEADER_FORMAT_UNKNOWN` if it does not hash to the block's hash: the chain's headers have fields
 * that this function does not know, or the node gave a block that is not one
 */
export function encodeBlockHeader(block: RpcBlock): Hex {
  const fields = [...FIELDS, ...FORK_FIELDS.filter(([name]) => block[name] !== undefined && block[name] !== null)];
  const header = toRlp(fields.map(([name, kind]) => item(block, name, kind)));
  const hash = keccak256(header);
  if (hash !== block["hash"])
    throw unknownFormat(block, `It was encoded with the fields ${names(fields)}: hash ${hash}.`);
  return header;
}

/**
 * The header of a block as the draws take it: that of the seed block, SEED_DELAY_BLOCKS after the draw block.
 * @throws VerimeshError `BLOCK_NOT_FOUND` while the node has no such block, `HEADER_FORMAT_UNKNOWN`, and those of every read
 * @example
 * const header = await getDrawHeader(client, drawBlock + seedDelayBlocks);
 */
export async function getDrawHeader(client: VerimeshClient, blockNumber: bigint, signal?: AbortSignal): Promise<Hex> {
  const request = (): Promise<unknown> =>
    client.request({ method: "eth_getBlockByNumber", params: [numberToHex(blockNumber), false] });
  const block = await attempt(request, signal);
  if (block !== null && typeof block === "object") return encodeBlockHeader(block as RpcBlock);
  throw new VerimeshError(`The node has no block ${blockNumber}.`, {
    code: "BLOCK_NOT_FOUND",
    details: "Its header holds the randomness of the draw. Wait until the chain is there, or ask a node that has it.",
  });
}

function item(block: RpcBlock, name: string, kind: "bytes" | "number"): Hex {
  const value = block[name];
  if (!isHex(value)) throw unknownFormat(block, `Its field ${name} is missing or no hexadecimal string.`);
  if (kind === "bytes") return value;
  const digits = BigInt(value).toString(16);
  if (digits === "0") return "0x";
  return `0x${digits.length % 2 === 0 ? "" : "0"}${digits}`;
}

function unknownFormat(block: RpcBlock, reason: string): VerimeshError {
  return new VerimeshError(`The header of block ${String(block["number"])} can not be encoded as its chain does it.`, {
    code: "HEADER_FORMAT_UNKNOWN",
    details: `${reason} The block's hash: ${String(block["hash"])}. Known are the headers of Ethereum up to Prague: a chain whose headers differ needs them added here, and a proxy between you and the node must leave blocks as they are.`,
  });
}

function names(fields: typeof FIELDS): string {
  return fields.map(([name]) => name).join(", ");
}
