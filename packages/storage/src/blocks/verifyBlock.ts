import { VerimeshError } from "@verimesh/core";
import { CID } from "multiformats/cid";
import { sha256 } from "multiformats/hashes/sha2";
import { MAX_BLOCK_BYTES } from "./BlockStore.ts";

/** Multicodec codes of the codecs that a store accepts. */
export const CODECS = { raw: 0x55, "dag-pb": 0x70, "dag-json": 0x0129 } as const;
const SHA2_256 = 0x12;
/** A CIDv1 with a sha2-256 digest has 59 to 61 characters in base32; other bases stay below this too. */
const MAX_CID_CHARACTERS = 128;

/**
 * Parses a CID and checks that a store accepts it.
 * @throws VerimeshError `CID_INVALID` for anything that is not a CID, `CID_UNSUPPORTED` as `assertSupportedCid`.
 */
export function parseCid(text: string): CID {
  let cid: CID | undefined;
  if (text.length <= MAX_CID_CHARACTERS) {
    try {
      cid = CID.parse(text);
    } catch {
      cid = undefined;
    }
  }
  if (cid === undefined) {
    const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new VerimeshError(`Not a CID: ${JSON.stringify(shown)}.`, {
      code: "CID_INVALID",
      details: "Expected a CIDv1 as text, such as bafkrei… (raw) or bafybei… (dag-pb).",
    });
  }
  assertSupportedCid(cid);
  return cid;
}

/**
 * Accepts CIDv1 with a sha2-256 digest over raw, dag-pb or dag-json. An identity CID carries its content in itself, so
 * nothing would bound or check it; other hashes would each need an implementation to verify.
 * @throws VerimeshError `CID_UNSUPPORTED`, naming what is not supported.
 */
export function assertSupportedCid(cid: CID): void {
  let problem: string | undefined;
  if (cid.version !== 1) problem = `CID version ${cid.version}`;
  else if (cid.multihash.code === 0) problem = "the identity hash";
  else if (cid.multihash.code !== SHA2_256) problem = `hash 0x${cid.multihash.code.toString(16)}`;
  else if (cid.multihash.digest.length !== 32) problem = `a digest of ${cid.multihash.digest.length} bytes`;
  else if (!Object.values<number>(CODECS).includes(cid.code)) problem = `codec 0x${cid.code.toString(16)}`;
  if (problem === undefined) return;
  throw new VerimeshError(`This CID is not supported: it has ${problem}.`, {
    code: "CID_UNSUPPORTED",
    details: "Supported: CIDv1, sha2-256 (32 bytes), codec raw, dag-pb or dag-json.",
  });
}

/** The CID of a block. */
export async function cidOfBlock(bytes: Uint8Array, codec: keyof typeof CODECS): Promise<CID> {
  return CID.createV1(CODECS[codec], await sha256.digest(bytes));
}

/** Whether a block's sha2-256 is the one in its CID. */
export async function matchesCid(cid: CID, bytes: Uint8Array): Promise<boolean> {
  const { digest } = await sha256.digest(bytes);
  return digest.every((byte, i) => byte === cid.multihash.digest[i]);
}

/**
 * Checks a block that came from elsewhere.
 * @param source where it came from, for the message
 * @throws VerimeshError `CONTENT_TOO_LARGE` above 2 MiB, `CONTENT_MISMATCH` if the hash differs.
 */
export async function verifyBlock(cid: CID, bytes: Uint8Array, source: string): Promise<void> {
  assertSupportedCid(cid);
  if (bytes.length > MAX_BLOCK_BYTES) throw blockTooLarge(cid, source);
  if (await matchesCid(cid, bytes)) return;
  throw new VerimeshError(`The content from ${source} is not that of ${cid.toString()}.`, {
    code: "CONTENT_MISMATCH",
    details: `${bytes.length} bytes arrived whose sha2-256 differs from the one in the CID. Nothing was kept; use another source.`,
  });
}

export function blockTooLarge(cid: CID, source: string): VerimeshError {
  return new VerimeshError(`The block ${cid.toString()} from ${source} is larger than ${MAX_BLOCK_BYTES} bytes.`, {
    code: "CONTENT_TOO_LARGE",
    details: "Blocks are at most 2 MiB; larger content is a file of several blocks.",
  });
}

export function notFound(cid: CID, source: string): VerimeshError {
  return new VerimeshError(`The content ${cid.toString()} is not at ${source}.`, {
    code: "CONTENT_NOT_FOUND",
    details: "Whoever published this CID must keep its blocks at a gateway or store that you can reach.",
  });
}
