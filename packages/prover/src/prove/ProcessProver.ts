import type { Groth16Proof, ProvenJob, Prover, ProvingJob, VerificationKey } from "@verimesh/core";
import { ChildTask } from "../processes/ChildTask.ts";
import { verifyProof } from "./verifyProof.ts";

/**
 * Proves with snarkjs in a child process: this process keeps answering, and an abort kills the work at once. The child
 * is kept between proofs and does not keep an idle program alive. Proofs queue up; verification runs here.
 */
export class ProcessProver implements Prover {
  private readonly task = new ChildTask(new URL("./proverProcess.ts", import.meta.url));

  /**
   * As `SnarkjsProver.prove`.
   *
   * @throws besides: VerimeshError CHILD_PROCESS_FAILED if the child died
   */
  prove(job: ProvingJob, options: { signal?: AbortSignal } = {}): Promise<ProvenJob> {
    return this.task.run<ProvenJob>(job, options);
  }

  verify(verificationKey: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean> {
    return verifyProof(verificationKey, publicSignals, proof);
  }

  /** Ends the child process, and a proof that it is making. */
  terminate(): Promise<void> {
    return this.task.terminate();
  }
}
