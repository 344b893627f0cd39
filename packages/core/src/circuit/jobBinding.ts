import { keccak_256 } from "@noble/hashes/sha3.js";
import { VerimeshError } from "../errors/VerimeshError.ts";

export interface JobBindingParameters {
  readonly chainId: number | bigint;
  /** JobMarket's address, 0x and 40 hex digits. */
  readonly market: string;
  readonly jobId: bigint;
  /** The provider that may use the proof. */
  readonly provider: string;
}

/**
 * The last public signal: `uint256(keccak256(abi.encode(chainId, market, jobId, provider))) >> 8`. It makes a proof
 * worthless for any other job, chain, market or provider.
 *
 * @throws VerimeshError `BINDING_INVALID` if an address or number is malformed
 */
export function jobBinding({ chainId, market, jobId, provider }: JobBindingParameters): bigint {
  const words = [
    uint256("chain id", BigInt(chainId)),
    address("market", market),
    uint256("job id", jobId),
    address("provider", provider),
  ];
  const encoded = new Uint8Array(32 * words.length);
  words.forEach((word, index) => encoded.set(word, 32 * index));
  return keccak_256(encoded).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) >> 8n;
}

function uint256(what: string, value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) invalid(`The ${what} ${value} is not a uint256.`);
  return fromHex(value.toString(16));
}

function address(what: string, value: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) invalid(`The ${what} "${value}" is not an address.`);
  return fromHex(value.slice(2));
}

function fromHex(digits: string): Uint8Array {
  const padded = digits.padStart(64, "0");
  return Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(padded.slice(2 * index, 2 * index + 2), 16));
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, { code: "BINDING_INVALID" });
}
