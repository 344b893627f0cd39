import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSkeleton } from "@verimesh/compiler";
import { circuitInputs, circuitLayout, type IntegerModel } from "@verimesh/core";
import { createExecutor, loadBackend } from "@verimesh/executor";
import { calculateWitness, compileCircuit, linkModel, NativeGroth16, readR1cs } from "@verimesh/prover";
import { median } from "./median.ts";
import { randomInput } from "./proverModels.ts";
import { weightCount } from "./weightCount.ts";

/** A circuit, its key and a witness, in files, and what making them took. */
export interface ProverCircuit {
  readonly constraints: number;
  readonly weights: number;
  readonly zkey: string;
  readonly wtns: string;
  readonly linkSeconds: number;
  readonly setupSeconds: number;
  readonly setupCpuSeconds: number;
  /** The model run on TensorFlow.js. */
  readonly executeSeconds: number;
  /** From the run's trace. */
  readonly witnessSeconds: number;
}

/** Until the engine has optimized the calculator, as in a worker that has proven before. */
const WARM_UP_RUNS = 5;
const MEASURED_RUNS = 5;

export async function makeProverCircuit(name: string, model: IntegerModel, directory: string): Promise<ProverCircuit> {
  const layout = circuitLayout(model);
  const circuit = await compileCircuit(generateSkeleton(model), { layout });
  const [r1cs, linkSeconds] = await timed(() => linkModel(circuit.r1cs, model, layout));
  const native = await NativeGroth16.load();
  const before = process.cpuUsage();
  const [key, setupSeconds] = await timed(() => native.setup(r1cs));
  const used = process.cpuUsage(before);
  const executor = await createExecutor(model, await loadBackend());
  let witness: Uint8Array = new Uint8Array();
  const times = { execute: [] as number[], witness: [] as number[] };
  for (let run = 0; run < WARM_UP_RUNS + MEASURED_RUNS; run++) {
    const [trace, executeSeconds] = await timed(() => executor.run(randomInput()));
    const calculated = await timed(() => calculateWitness(circuit.witnessCalculator, circuitInputs(model, trace, 1n)));
    witness = calculated[0];
    if (run < WARM_UP_RUNS) continue;
    times.execute.push(executeSeconds);
    times.witness.push(calculated[1]);
  }
  await executor.dispose();
  const base = join(directory, name.replace(/\W/g, "-"));
  writeFileSync(`${base}.zkey`, key);
  writeFileSync(`${base}.wtns`, witness);
  return {
    constraints: readR1cs(r1cs).constraints,
    weights: weightCount(model),
    zkey: `${base}.zkey`,
    wtns: `${base}.wtns`,
    linkSeconds,
    setupSeconds,
    setupCpuSeconds: (used.user + used.system) / 1e6,
    executeSeconds: median(times.execute),
    witnessSeconds: median(times.witness),
  };
}

async function timed<T>(act: () => Promise<T> | T): Promise<[T, number]> {
  const started = performance.now();
  const result = await act();
  return [result, (performance.now() - started) / 1000];
}
