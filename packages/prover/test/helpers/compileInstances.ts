import type { CircuitInputs } from "@verimesh/core";
import { calculateWitness, type CompiledCircuit, compileCircuit, readWitness } from "../../src/index.ts";
import { CircuitUnderTest } from "./CircuitUnderTest.ts";
import type { TemplateInstance } from "./instances/TemplateInstance.ts";
import { splitCircuit } from "./splitCircuit.ts";

const COMMON = ["arithmetic/UpperBits.circom", "arithmetic/Bits.circom"];
const SIGNAL = /signal (input|output) (\w+)((?:\[[^\]]*\])*)/g;

/**
 * The circuit of each instance, in their order, all compiled at once: the compiler takes longer to start than to compile
 * one of them. They share no wire and no row, and each has those that it would have alone.
 *
 * @throws VerimeshError CIRCUIT_INVALID if circom refuses one of them
 */
export async function compileInstances(instances: readonly TemplateInstance[]): Promise<CircuitUnderTest[]> {
  const compiled = await compileCircuit(sourceOf(instances));
  const honest = instances.map(({ cases }) => cases[0]!.inputs);
  const known = new Map<string, Promise<bigint[]>>();
  return splitCircuit(compiled, instances.length).map(({ wires, r1cs, symbols }, index) => {
    const calculate = async (inputs: CircuitInputs) => {
      const all = await witnessOf(
        compiled,
        honest.map((theirs, i) => (i === index ? inputs : theirs)),
      );
      return wires.map((wire) => all[wire]!);
    };
    const remembered = (inputs: CircuitInputs) => {
      const key = `${index} ${JSON.stringify(inputs, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))}`;
      if (!known.has(key)) known.set(key, calculate(inputs));
      return known.get(key)!;
    };
    return CircuitUnderTest.ofParts({ ...compiled, r1cs, symbols }, remembered);
  });
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

async function witnessOf(compiled: CompiledCircuit, inputs: readonly CircuitInputs[]): Promise<bigint[]> {
  const named = inputs.flatMap((own, index) =>
    Object.entries(own).map(([name, value]) => [`i${index}_${name}`, value] as const),
  );
  return readWitness(await calculateWitness(compiled.witnessCalculator, Object.fromEntries(named)));
}
