import type { CircuitInputs } from "@verimesh/core";
import { calculateWitness, type CompiledCircuit, compileCircuit, readWitness } from "../../src/index.ts";
import { splitCircuit } from "./splitCircuit.ts";

/** One of several circuits that are compiled at once. */
export interface BatchMember {
  readonly includes: readonly string[];
  /** Of a main template. */
  readonly body: string;
  readonly publicInputs?: readonly string[];
  /** Inputs that have a witness, one at least. */
  readonly honest: readonly CircuitInputs[];
}

export interface BatchPart {
  /** The witness calculator is the whole batch's. */
  readonly compiled: CompiledCircuit;
  /** The witness of this part. */
  readonly calculate: (inputs: CircuitInputs) => Promise<bigint[]>;
}

const SIGNAL = /signal (input|output) (\w+)((?:\[[^\]]*\])*)/g;

/**
 * Compiles circuits at once and splits them: the compiler takes longer to start than to compile a small one. They share no
 * wire and no row, and each has those that it would have alone.
 *
 * @throws VerimeshError CIRCUIT_INVALID if circom refuses one of them
 */
export async function compileBatch(members: readonly BatchMember[]): Promise<BatchPart[]> {
  if (members.length === 0) return [];
  const compiled = await compileCircuit(sourceOf(members));
  const witnesses = new BatchWitnesses(compiled, members);
  return splitCircuit(compiled, members.length).map(({ wires, r1cs, symbols }, index) => ({
    compiled: { ...compiled, r1cs, symbols },
    calculate: async (inputs) => {
      const all = await witnesses.of(index, inputs);
      return wires.map((wire) => all[wire]!);
    },
  }));
}

/** Witnesses of a batch: the n-th honest inputs of all members in one calculation. */
class BatchWitnesses {
  private readonly compiled: CompiledCircuit;
  private readonly members: readonly BatchMember[];
  private readonly rounds = new Map<number, Promise<bigint[]>>();

  constructor(compiled: CompiledCircuit, members: readonly BatchMember[]) {
    this.compiled = compiled;
    this.members = members;
  }

  /** @returns all wires of the batch, with the member's inputs as given and honest ones for the others */
  of(index: number, inputs: CircuitInputs): Promise<bigint[]> {
    const round = this.members[index]!.honest.indexOf(inputs);
    if (round < 0) return this.calculate(0, index, inputs);
    const calculated = this.rounds.get(round) ?? this.calculate(round);
    this.rounds.set(round, calculated);
    return calculated;
  }

  private async calculate(round: number, index?: number, inputs?: CircuitInputs): Promise<bigint[]> {
    const named = this.members.flatMap(({ honest }, i) => {
      const own = i === index ? inputs! : honest[round % honest.length]!;
      return Object.entries(own).map(([name, value]) => [`i${i}_${name}`, value] as const);
    });
    return readWitness(await calculateWitness(this.compiled.witnessCalculator, Object.fromEntries(named)));
  }
}

/** Main hands each member its own inputs, and its outputs out, under names that begin with the member's. */
function sourceOf(members: readonly BatchMember[]): string {
  const isInput = ({ direction }: { readonly direction: string | undefined }) => direction === "input";
  const main = members.flatMap(({ body }, index) => {
    const signals = [...body.matchAll(SIGNAL)].map(([, direction, name, sizes]) => ({ direction, name, sizes }));
    const [own, outer] = [(name = "") => `i${index}.${name}`, (name = "") => `i${index}_${name}`];
    return [
      ...signals.map(({ direction, name, sizes }) => `signal ${direction} ${outer(name)}${sizes};`),
      `component i${index} = Instance${index}();`,
      ...signals.filter(isInput).map(({ name }) => `${own(name)} <== ${outer(name)};`),
      // After the last input: an output is there when all inputs are.
      ...signals.filter((signal) => !isInput(signal)).map(({ name }) => `${outer(name)} <== ${own(name)};`),
    ];
  });
  const open = members.flatMap(({ publicInputs = [] }, index) => publicInputs.map((name) => `i${index}_${name}`));
  return [
    "pragma circom 2.2.0;",
    ...[...new Set(members.flatMap(({ includes }) => includes))].map((path) => `include "${path}";`),
    ...members.map(({ body }, index) => `template Instance${index}() {\n${body}\n}`),
    `template Main() {\n${main.join("\n")}\n}`,
    `component main ${open.length > 0 ? `{public [${open.join(", ")}]}` : ""} = Main();\n`,
  ].join("\n");
}
