import {
  BN254_SCALAR_ORDER,
  type Groth16Proof,
  type VerificationKey,
  proofToJson,
  verificationKeyToJson,
} from "@verimesh/core";
import { groth16 } from "snarkjs";
import { withSingleThread } from "./snarkjsCurve.ts";

/**
 * Whether a proof holds for the public signals under a verification key, by snarkjs. A wrong number of signals, a signal
 * outside [0, r) or a point off its curve make it false, as they do in the contract; nothing is thrown for them.
 *
 * @param publicSignals output words, input words, binding
 */
export async function verifyProof(
  verificationKey: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Groth16Proof,
): Promise<boolean> {
  if (publicSignals.length !== verificationKey.ic.length - 1) return false;
  if (publicSignals.some((signal) => signal < 0n || signal >= BN254_SCALAR_ORDER)) return false;
  const key = verificationKeyToJson(verificationKey);
  const proofJson = proofToJson(proof);
  return withSingleThread(() => groth16.verify(key, publicSignals.map(String), proofJson));
}
