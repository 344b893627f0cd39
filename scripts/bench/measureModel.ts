import { circuitInputs, decodeVerificationKey, encodeInput, type ProvenJob, runReference } from "@verimesh/core";
import { createExecutor, loadBackend } from "@verimesh/executor";
import { openProver } from "@verimesh/prover";
import type { ExampleModel } from "../models/exampleModels.ts";
import { prepareModel, type PreparedExample } from "../models/prepareModel.ts";
import { median } from "./median.ts";
import { weightCount } from "./weightCount.ts";

export interface ModelMeasurement {
  readonly name: string;
  readonly constraints: number;
  /** Weights and biases. */
  readonly weights: number;
  readonly floatAccuracy: number;
  readonly integerAccuracy: number;
  readonly trainSeconds: number;
  readonly compileSeconds: number;
  readonly linkSeconds: number;
  readonly setupSeconds: number;
  readonly executeSeconds: number;
  readonly witnessSeconds: number;
  readonly proveSeconds: number;
  readonly verifySeconds: number;
  readonly keyBytes: number;
}

const RUNS = 5;

/** The binding of a proof is known when a job is: a proof for any binding costs the same. */
export type ProveFor = (binding: bigint) => Promise<ProvenJob & { readonly input: Uint8Array }>;

/** Makes a model from nothing and times each part. */
export async function measureModel(
  example: ExampleModel,
  log: (text: string) => void,
): Promise<{ prepared: PreparedExample; proven: ProveFor; measurement: ModelMeasurement }> {
  log(`${example.name}: training, compiling, setting up …`);
  const started = performance.now();
  const prepared = await prepareModel(example);
  const { bundle, model, samples } = prepared;
  const madeIn = (performance.now() - started) / 1000;
  const { compile, link, setup } = bundle.seconds;
  const manifest = bundle.manifest({} as never);

  log(`${example.name}: proving ${RUNS} times …`);
  const executor = await createExecutor(model, await loadBackend());
  const prover = await openProver();
  const verificationKey = decodeVerificationKey(bundle.verificationKey);
  const proveFor: ProveFor = async (binding) => {
    const input = encodeInput(samples[0]!.features, manifest.input, { clamp: true });
    const trace = runReference(model, input);
    const { provingKey, witnessCalculator } = bundle.files;
    const inputs = circuitInputs(model, trace, binding);
    return { ...(await prover.prove({ provingKey, witnessCalculator, inputs })), input };
  };
  const times = { execute: [] as number[], witness: [] as number[], prove: [] as number[], verify: [] as number[] };
  for (let run = 0; run <= RUNS; run++) {
    const { features } = samples[run]!;
    const execute = await timed(() => executor.run(encodeInput(features, manifest.input, { clamp: true })));
    const proof = await proveFor(BigInt(run));
    const verify = await timed(async () => {
      if (!(await prover.verify(verificationKey, proof.publicSignals, proof.proof))) throw new Error("Proof refused.");
    });
    // The first run loads WebAssembly and starts threads.
    if (run === 0) continue;
    times.execute.push(execute);
    times.witness.push(proof.witnessSeconds);
    times.prove.push(proof.proveSeconds);
    times.verify.push(verify);
  }
  await executor.dispose();
  return {
    prepared,
    proven: proveFor,
    measurement: {
      name: example.name,
      constraints: bundle.constraints,
      weights: weightCount(model),
      floatAccuracy: manifest.accuracy.float,
      integerAccuracy: manifest.accuracy.integer,
      trainSeconds: madeIn - compile - link - setup,
      compileSeconds: compile,
      linkSeconds: link,
      setupSeconds: setup,
      executeSeconds: median(times.execute),
      witnessSeconds: median(times.witness),
      proveSeconds: median(times.prove),
      verifySeconds: median(times.verify),
      keyBytes: bundle.files.provingKey.length,
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
