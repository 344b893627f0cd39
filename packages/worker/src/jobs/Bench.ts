import type { Prover, SaltedInput, SolidityProof, VerimeshError } from "@verimesh/core";
import type { ContentStore } from "@verimesh/storage";
import type { MarketClient } from "../chain/MarketClient.ts";
import { loadInput } from "../models/inputBytes.ts";
import type { ModelLoader } from "../models/ModelLoader.ts";
import type { PreparedModel } from "../models/PreparedModel.ts";
import type { Rehearsals } from "../models/rehearsal.ts";
import { checkTerms, type Terms } from "./assess.ts";
import type { JobRecord, Timings } from "./JobRecord.ts";
import { proveRun, runModel } from "./solve.ts";
import type { Situation, Work } from "./Verdict.ts";

export interface BenchOptions {
  readonly market: MarketClient;
  readonly models: ModelLoader;
  readonly rehearsals: Rehearsals;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly terms: Terms;
}

export interface Product {
  readonly outputWords: readonly bigint[];
  readonly proof?: SolidityProof | undefined;
  readonly timings: Timings;
}

/** Where one job's work is done: fetch, run, prove. Keeps model and input between tries. */
export class Bench {
  readonly #o: BenchOptions;
  #prepared: PreparedModel | undefined;
  #input: SaltedInput | undefined;

  constructor(options: BenchOptions) {
    this.#o = options;
  }

  /**
   * @param onExecuted told the answer while the proof is still to be made
   * @throws VerimeshError that `assess.ts` sorts
   */
  async work(
    record: JobRecord,
    { job }: Situation,
    { proof, as }: Work,
    signal: AbortSignal,
    onExecuted: (outputWords: readonly bigint[], timings: Timings) => Promise<void>,
  ): Promise<Product> {
    const { market, rehearsals, prover, terms } = this.#o;
    const started = performance.now();
    const { prepared, input } = await this.#load(record, signal);
    const fetch = (performance.now() - started) / 1000;
    if (proof) rehearsals.check(prepared.manifestCid);
    if (as === "assigned") checkTerms(job, terms, await rehearsals.secondsOf(prepared.manifestCid));
    const { trace, outputWords, seconds } = await runModel(prepared, input);
    const { salt } = input;
    const executed = { fetch, execute: seconds };
    if (!proof) return { outputWords, timings: executed };
    await onExecuted(outputWords, executed);
    const { deployment, provider } = market;
    const { jobId } = record;
    const proven = await proveRun({ prepared, trace, salt, jobId, deployment, provider, prover, signal });
    const timings = { ...executed, ...proven.seconds };
    await rehearsals.record(prepared.manifestCid, timings.execute + timings.witness + timings.prove);
    return { outputWords, proof: proven.proof, timings };
  }

  /** A version whose key gave no proof is not begun again; false if that was known before. */
  reject(record: JobRecord, error: VerimeshError): boolean {
    if (!this.#prepared?.proving || error.code === "MODEL_UNPROVABLE") return false;
    this.#o.rehearsals.reject(this.#prepared.manifestCid, `Job ${record.jobId}: ${error.shortMessage}`);
    return true;
  }

  async #load(record: JobRecord, signal: AbortSignal): Promise<{ prepared: PreparedModel; input: SaltedInput }> {
    const prepared = (this.#prepared ??= await this.#o.models.prepare(record.modelId, record.version, signal));
    const input = (this.#input ??= await loadInput(prepared.model, record, this.#o.store, signal));
    return { prepared, input };
  }
}
