import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSkeleton } from "@verimesh/compiler";
import { circuitInputs, circuitLayout, type IntegerModel, runReference } from "@verimesh/core";
import { calculateWitness, compileCircuit, linkModel, NativeGroth16, readR1cs } from "@verimesh/prover";
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
  readonly witnessSeconds: number;
}

export async function makeProverCircuit(name: string, model: IntegerModel, directory: string): Promise<ProverCircuit> {
  const layout = circuitLayout(model);
  const circuit = await compileCircuit(generateSkeleton(model), { layout });
  const [r1cs, linkSeconds] = await timed(() => linkModel(circuit.r1cs, model, layout));
  const native = await NativeGroth16.load();
  const before = process.cpuUsage();
  const [key, setupSeconds] = await timed(() => native.setup(r1cs));
  const used = process.cpuUsage(before);
  const inputs = () => circuitInputs(model, runReference(model, randomInput()), 1n);
  // As in a worker that has proven before: the calculator is compiled, and the engine has optimized it.
  for (let i = 0; i < 3; i++) await calculateWitness(circuit.witnessCalculator, inputs());
  const next = inputs();
  const [witness, witnessSeconds] = await timed(() => calculateWitness(circuit.witnessCalculator, next));
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
    witnessSeconds,
  };
}

async function timed<T>(act: () => Promise<T> | T): Promise<[T, number]> {
  const started = performance.now();
  const result = await act();
  return [result, (performance.now() - started) / 1000];
}
