import { availableParallelism } from "node:os";
import type { Groth16Proof, ProvenJob, Prover, ProvingJob, VerificationKey } from "@verimesh/core";
import { type EngineName, NativeGroth16 } from "@verimesh/prover-native";
import { WitnessThread } from "../witness/WitnessThread.ts";
import { KeyCache } from "./KeyCache.ts";
import { readVerificationKey } from "./readVerificationKey.ts";
import { Turns } from "./Turns.ts";
import { unsatisfied } from "./SnarkjsProver.ts";
import { verifyProof } from "./verifyProof.ts";

export interface NativeProverOptions {
  /**
   * Proofs made at once, each with its share of the cores. One, the default, gives a proof soonest; one per core gives most
   * proofs in an hour.
   */
  readonly slots?: number | undefined;
  /** Bytes of native memory in which proving keys are kept between proofs. Default 1 GiB. */
  readonly keyCacheBytes?: number | undefined;
  /** Default: the best that this processor runs. */
  readonly engine?: EngineName | undefined;
}

/**
 * Proves with the native addon: the same files and proofs as snarkjs. Witness and proof are made off the event loop; an
 * abort stops either within milliseconds. A key stays loaded for as long as its bytes are the same array.
 */
export class NativeProver implements Prover {
  private readonly native: NativeGroth16;
  private readonly keys: KeyCache;
  private readonly turns: Turns<WitnessThread>;
  private readonly threads: number;

  private constructor(native: NativeGroth16, { slots = 1, keyCacheBytes }: NativeProverOptions) {
    this.native = native;
    this.keys = new KeyCache(keyCacheBytes);
    this.turns = new Turns(Array.from({ length: slots }, () => new WitnessThread()));
    this.threads = Math.max(1, Math.floor(availableParallelism() / slots));
  }

  /** @throws VerimeshError NATIVE_PROVER_UNAVAILABLE */
  static async load(options: NativeProverOptions = {}): Promise<NativeProver> {
    return new NativeProver(await NativeGroth16.load(options.engine), options);
  }

  /** How it computes. */
  get engine(): EngineName {
    return this.native.engine;
  }

  /**
   * As `SnarkjsProver.prove`: no proof leaves that does not hold under the key's own verification key.
   *
   * @throws VerimeshError PROVING_KEY_INVALID, WITNESS_CALCULATOR_INVALID, CIRCUIT_INPUT_INVALID, WITNESS_UNSATISFIED,
   *   PROVING_FAILED; the signal's reason if aborted
   */
  async prove(job: ProvingJob, options: { signal?: AbortSignal } = {}): Promise<ProvenJob> {
    const { signal } = options;
    signal?.throwIfAborted();
    const verificationKey = readVerificationKey(job.provingKey);
    return this.turns.take(async (thread) => {
      const started = performance.now();
      const [witness, key] = await both(
        thread.calculate(job, signal),
        // Other jobs may wait for the same key: this one's abort does not stop its loading.
        this.keys.get(job.provingKey, () => this.native.loadKey(job.provingKey, { threads: this.threads })),
      );
      const calculated = performance.now();
      const { proof, publicSignals } = await this.native.prove(key, witness, { signal, threads: this.threads });
      const proved = performance.now();
      if (!(await verifyProof(verificationKey, publicSignals, proof))) {
        this.keys.forget(job.provingKey);
        throw unsatisfied();
      }
      signal?.throwIfAborted();
      return {
        proof,
        publicSignals,
        witnessSeconds: (calculated - started) / 1000,
        proveSeconds: (proved - calculated) / 1000,
      };
    }, signal);
  }

  verify(verificationKey: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean> {
    return verifyProof(verificationKey, publicSignals, proof);
  }

  /** Ends the threads of the witnesses and lets the keys go. A later proof starts and loads them again. */
  async terminate(): Promise<void> {
    this.keys.clear();
    await Promise.all(this.turns.all.map((thread) => thread.terminate()));
  }
}

/** Both results, and the first failure only when both have ended: nothing is left running unseen. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}
