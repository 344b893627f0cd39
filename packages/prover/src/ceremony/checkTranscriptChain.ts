import { VerimeshError } from "@verimesh/core";
import { checkChain, sameRatio } from "./checkChain.ts";
import { readChain } from "./readChain.ts";
import { singleThreadCurve } from "./singleThreadCurve.ts";

/**
 * Checks a chain of contributions apart from its key: that it is sound, and that it ends in a verification key's delta.
 *
 * @param section the contributions section of the key
 * @param delta2 of the verification key, affine
 * @throws VerimeshError as `checkChain`; CEREMONY_TRANSCRIPT_MISMATCH
 */
export async function checkTranscriptChain(section: Uint8Array, delta2: readonly (readonly bigint[])[]): Promise<void> {
  const curve = await singleThreadCurve();
  const { G1, G2 } = curve;
  const delta1 = await checkChain(curve, readChain(section));
  if (await sameRatio(curve, G1.gAffine, delta1, G2.gAffine, G2.fromObject([...delta2, [1n, 0n]]))) return;
  throw new VerimeshError("The transcript's contributions do not lead to this verification key.", {
    code: "CEREMONY_TRANSCRIPT_MISMATCH",
    details: "The transcript is of another ceremony, or the key is of none.",
    docsPath: "ceremony.md",
  });
}
