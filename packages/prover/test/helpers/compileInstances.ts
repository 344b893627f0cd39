import type { CircuitInputs } from "@verimesh/core";
import { calculateWitness, type CompiledCircuit, compileCircuit, readWitness } from "../../src/index.ts";
import { CircuitUnderTest } from "./CircuitUnderTest.ts";
import type { TemplateInstance } from "./instances/TemplateInstance.ts";
import { splitCircuit } from "./splitCircuit.ts";

const COMMON = ["arithmetic/UpperBits.circom", "arithmetic/Bits.circom"];
const SIGNAL = /signal (input|output) (\w+)((?:\[[^\]]*\])*)/g;

/** Hashes take most of a witness's time: apart from the others, they are calculated for their own cases only. */
const isHash = ({ include }: TemplateInstance) => include.startsWith("commitments/");

/**
 * The circuit of each instance, in their order, compiled in two batches: the compiler takes longer to start than to
 * compile one of them. Those of a batch share no wire and no row, and each has those that it would have alone.
 *
 * @throws VerimeshError CIRCUIT_INVALID if circom refuses one of them
 */
export async function compileInstances(instances: readonly TemplateInstance[]): Promise<CircuitUnderTest[]> {
  const circuits = new Map<TemplateInstance, CircuitUnderTest>();
  for (const batch of [instances.filter(isHash), instances.filter((instance) => !isHash(instance))]) {
    const compiled = await compileBatch(batch);
    batch.forEach((instance, i) => circuits.set(instance, compiled[i]!));
  }
  return instances.map((instance) => circuits.get(instance)!);
}

async function compileBatch(batch: readonly TemplateInstance[]): Promise<CircuitUnderTest[]> {
  if (batch.length === 0) return [];
  const compiled = await compileCircuit(sourceOf(batch));
  const witnesses = new BatchWitnesses(compiled, batch);
  return splitCircuit(compiled, batch.length).map(({ wires, r1cs, symbols }, index) =>
    CircuitUnderTest.ofParts({ ...compiled, r1cs, symbols }, async (inputs) => {
      const all = await witnesses.of(index, inputs);
      return wires.map((wire) => all[wire]!);
    }),
  );
}

/** Witnesses of a batch: the n-th cases of all instances in one calculation. */
class BatchWitnesses {
  private readonly compiled: CompiledCircuit;
  private readonly batch: readonly TemplateInstance[];
  private readonly rounds = new Map<number, Promise<bigint[]>>();

  constructor(compiled: CompiledCircuit, batch: readonly TemplateInstance[]) {
    this.compiled = compiled;
    this.batch = batch;
  }

  /** @returns all wires of the batch, with the instance's inputs as given and any of theirs for the others */
  of(index: number, inputs: CircuitInputs): Promise<bigint[]> {
    const round = this.batch[index]!.cases.findIndex((known) => known.inputs === inputs);
    if (round < 0) return this.calculate(0, index, inputs);
    const calculated = this.rounds.get(round) ?? this.calculate(round);
    this.rounds.set(round, calculated);
    return calculated;
  }

  private async calculate(round: number, index?: number, inputs?: CircuitInputs): Promise<bigint[]> {
    const named = this.batch.flatMap(({ cases }, i) => {
      const own = i === index ? inputs! : cases[round % cases.length]!.inputs;
      return Object.entries(own).map(([name, value]) => [`i${i}_${name}`, value] as const);
    });
    return readWitness(await calculateWitness(this.compiled.witnessCalculator, Object.fromEntries(named)));
  }
}

/** Main hands each instance its own inputs, and its outputs out, under names that begin with the instance's. */
function sourceOf(instances: readonly TemplateInstance[]): string {
  const includes = new Set([...COMMON, ...instances.map(({ include }) => include)]);
  const main = instances.flatMap(({ body }, index) => {
    const signals = [...body.matchAll(SIGNAL)].map(([, direction, name, sizes]) => ({ direction, name, sizes }));
    const [own, outer] = [(name = "") => `i${index}.${name}`, (name = "") => `i${index}_${name}`];
    return [
      ...signals.map(({ direction, name, sizes }) => `signal ${direction} ${outer(name)}${sizes};`),
      `component i${index} = Instance${index}();`,
      ...signals.map(({ direction, name }) =>
        direction === "input" ? `${own(name)} <== ${outer(name)};` : `${outer(name)} <== ${own(name)};`,
      ),
    ];
  });
  return [
    "pragma circom 2.2.0;",
    ...[...includes].map((path) => `include "${path}";`),
    ...instances.map(({ body }, index) => `template Instance${index}() {\n${body}\n}`),
    `template Main() {\n${main.join("\n")}\n}`,
    "component main = Main();\n",
  ].join("\n");
}
