import {
  type Groth16Proof,
  type ProvenJob,
  type Prover,
  type ProvingJob,
  type VerificationKey,
  VerimeshError,
} from "@verimesh/core";
import { checkWitness } from "../r1cs/checkWitness.ts";
import { readR1cs } from "../r1cs/readR1cs.ts";
import { calculateWitness } from "../witness/calculateWitness.ts";
import { readWitness } from "../witness/wtns.ts";
import { proveWithSnarkjs } from "./proveWithSnarkjs.ts";
import { readVerificationKey } from "./readVerificationKey.ts";
import { endThreads } from "./snarkjsCurve.ts";
import { verifyProof } from "./verifyProof.ts";

/**
 * Proves with snarkjs in this process, a thread per core; see `ProcessProver` for one that can be aborted at once and
 * leaves nothing to clean up. Its threads keep the process alive until `terminate`.
 */
export class SnarkjsProver implements Prover {
  /**
   * Calculates the witness, proves, and verifies the proof against the key's own verification key: snarkjs makes a proof
   * of any witness, and one that does not satisfy the circuit gives a proof that nobody accepts.
   *
   * @throws VerimeshError PROVING_KEY_INVALID, WITNESS_CALCULATOR_INVALID, CIRCUIT_INPUT_INVALID, WITNESS_UNSATISFIED;
   *   the signal's reason if it was aborted before one of the steps
   */
  async prove(job: ProvingJob, options: { signal?: AbortSignal } = {}): Promise<ProvenJob> {
    const { signal } = options;
    signal?.throwIfAborted();
    const verificationKey = readVerificationKey(job.provingKey);
    const started = performance.now();
    const witness = await calculateWitness(job.witnessCalculator, job.inputs);
    if (job.r1cs !== undefined) checkWitness(readR1cs(job.r1cs), readWitness(witness));
    const calculated = performance.now();
    signal?.throwIfAborted();
    const { proof, publicSignals } = await proveWithSnarkjs(job.provingKey, witness);
    const proved = performance.now();
    signal?.throwIfAborted();
    const result: ProvenJob = {
      proof,
      publicSignals,
      witnessSeconds: (calculated - started) / 1000,
      proveSeconds: (proved - calculated) / 1000,
    };
    if (!(await verifyProof(verificationKey, result.publicSignals, result.proof))) throw unsatisfied();
    return result;
  }

  verify(verificationKey: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean> {
    return verifyProof(verificationKey, publicSignals, proof);
  }

  /** Ends the threads. A later proof starts them again. */
  terminate(): Promise<void> {
    return endThreads();
  }
}

export function unsatisfied(): VerimeshError {
  return new VerimeshError("The proof does not hold under its own key.", {
    code: "WITNESS_UNSATISFIED",
    details:
      "The accumulators are not those that the key's linked weights give, or the proving key is corrupt. " +
      "Pass the linked r1cs to learn which constraint fails.",
  });
}
