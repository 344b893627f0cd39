import { type Groth16Proof, proofFromJson, VerimeshError } from "@verimesh/core";
import { groth16 } from "snarkjs";
import { withAllThreads } from "./snarkjsCurve.ts";

/**
 * snarkjs' proof of a witness, unverified. Its threads stay until `endThreads`.
 *
 * @param provingKey a .zkey, its bytes or its path
 * @param witness a .wtns, likewise
 * @throws VerimeshError PROVING_FAILED
 */
export async function proveWithSnarkjs(
  provingKey: Uint8Array | string,
  witness: Uint8Array | string,
): Promise<{ readonly proof: Groth16Proof; readonly publicSignals: readonly bigint[] }> {
  const { proof, publicSignals } = await withAllThreads(() => groth16.prove(provingKey, witness)).catch(
    (cause: unknown) => {
      throw new VerimeshError("snarkjs could not make a proof.", {
        code: "PROVING_FAILED",
        details: `${String(cause)}. Key and witness calculator may be of different circuits.`,
        cause,
      });
    },
  );
  return { proof: proofFromJson(proof), publicSignals: publicSignals.map(BigInt) };
}
