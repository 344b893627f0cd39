import { elementCount, type Prover } from "@verimesh/core";
import type { MarketClient } from "../chain/MarketClient.ts";
import { proveRun, runModel } from "../jobs/solve.ts";
import type { ModelLoader } from "./ModelLoader.ts";
import type { Rehearsals } from "./rehearsal.ts";

export interface RehearseOptions {
  readonly market: MarketClient;
  readonly models: ModelLoader;
  readonly rehearsals: Rehearsals;
  readonly prover: Prover;
  /** Most seconds for it: an author's files can be made to run without end. */
  readonly rehearsalSeconds: number;
}

/**
 * Runs a version on an input of zeros and, where it has a circuit, proves that for a job that does not exist: so that its
 * files are here and its key is known to prove before a bond is at stake on it. Once a machine, not once a start.
 *
 * @throws VerimeshError as `ModelLoader.prepare` and `proveRun`; or the signal's reason once the time is over
 */
export async function rehearse(o: RehearseOptions, modelId: bigint, version: bigint, signal: AbortSignal) {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(o.rehearsalSeconds * 1000))]);
  const prepared = await o.models.prepare(modelId, version, bounded);
  if ((await o.rehearsals.secondsOf(prepared.manifestCid)) !== undefined) return;
  const { inputShape, hides } = prepared.model;
  const salt = hides === "nothing" ? undefined : 0n;
  const { trace, seconds } = await runModel(prepared, { bytes: new Uint8Array(elementCount(inputShape)), salt });
  let total = seconds;
  if (prepared.proving) {
    const { deployment, provider } = o.market;
    const { prover } = o;
    const proven = await proveRun({ prepared, trace, salt, jobId: 0n, deployment, provider, prover, signal: bounded });
    total += proven.seconds.witness + proven.seconds.prove;
  }
  await o.rehearsals.record(prepared.manifestCid, total);
}
