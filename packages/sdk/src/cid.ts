import { VerimeshError } from "@verimesh/core";
import { CID } from "multiformats/cid";
import { bytesToHex, type Hex, hexToBytes } from "viem";

/** A CID as the contracts hold it. */
export function cidToHex(cid: CID): Hex {
  return bytesToHex(cid.bytes);
}

/**
 * Reads a binary CID from a contract; its author wrote it, so it may be anything.
 * @throws VerimeshError `CID_INVALID`
 */
export function cidFromHex(hex: Hex): CID {
  try {
    return CID.decode(hexToBytes(hex));
  } catch (cause) {
    throw new VerimeshError(`The contract holds ${hex.slice(0, 80)}, which is not a CID.`, {
      code: "CID_INVALID",
      details: "Expected a binary CIDv1. Its author published it wrongly: use another version or model.",
      cause,
    });
  }
}
