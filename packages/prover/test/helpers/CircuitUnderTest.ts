import {
  BN254_SCALAR_ORDER as R,
  type CircuitInputs,
  circuitInputs,
  circuitLayout,
  type IntegerModel,
  type Trace,
} from "@verimesh/core";
import { generateSkeleton } from "../../../compiler/src/skeleton/generateSkeleton.ts";
import { inverseR, modR } from "../../src/binary/fieldElements.ts";
import {
  type CompiledCircuit,
  type R1cs,
  calculateWitness,
  compileCircuit,
  findViolation,
  linkModel,
  publicSignalCount,
  readR1cs,
  readWitness,
} from "../../src/index.ts";
import { forEachTerm } from "../../src/r1cs/forEachTerm.ts";

type LinearCombination = Map<number, bigint>;
type Row = readonly [LinearCombination, LinearCombination, LinearCombination];

/** A compiled circuit whose witnesses can be changed wire by wire. */
export class CircuitUnderTest {
  readonly r1cs: R1cs;
  readonly compiled: CompiledCircuit;
  private readonly rows: readonly Row[];
  private readonly rowsOfWire: readonly (readonly number[])[];
  private readonly wires = new Map<string, number>();
  private readonly names = new Map<number, string>();

  /** How many of the private inputs are given; the others are claims about these, a forger's to choose. */
  private readonly givenInputs: number;

  private readonly calculate: (inputs: CircuitInputs) => Promise<bigint[]>;

  private constructor(
    compiled: CompiledCircuit,
    givenInputs?: number,
    calculate = async (inputs: CircuitInputs) =>
      readWitness(await calculateWitness(compiled.witnessCalculator, inputs)),
  ) {
    this.compiled = compiled;
    this.calculate = calculate;
    this.r1cs = readR1cs(compiled.r1cs);
    this.givenInputs = givenInputs ?? this.r1cs.privateInputs;
    const rows = Array.from({ length: this.r1cs.constraints }, () => [new Map(), new Map(), new Map()] as const);
    const rowsOfWire = Array.from({ length: this.r1cs.wires }, () => new Set<number>());
    forEachTerm(this.r1cs, (matrix, row, wire, coefficient) => {
      (rows[row]![matrix] as LinearCombination).set(wire, coefficient);
      rowsOfWire[wire]!.add(row);
    });
    this.rows = rows;
    this.rowsOfWire = rowsOfWire.map((set) => [...set]);
    for (const line of compiled.symbols.split("\n").filter(Boolean)) {
      const [, wire, , name] = line.split(",") as [string, string, string, string];
      this.wires.set(name, Number(wire));
      if (wire !== "-1" && !this.names.has(Number(wire))) this.names.set(Number(wire), name);
    }
  }

  /**
   * @param includes templates to include
   * @param body of the main template
   * @param publicInputs names of main's public inputs
   */
  static async compile(includes: readonly string[], body: string, publicInputs = ""): Promise<CircuitUnderTest> {
    const source = `pragma circom 2.2.0;
${includes.map((path) => `include "${path}";`).join("\n")}
template Main() {
${body}
}
component main ${publicInputs && `{public [${publicInputs}]}`} = Main();
`;
    return new CircuitUnderTest(await compileCircuit(source));
  }

  /** @param calculate gives a value for each wire of the constraint system, which need not be all that was compiled */
  static ofParts(compiled: CompiledCircuit, calculate: (inputs: CircuitInputs) => Promise<bigint[]>): CircuitUnderTest {
    return new CircuitUnderTest(compiled, undefined, calculate);
  }

  /**
   * A model's linked circuit. Input and salt are given; the values of all nodes are claims.
   *
   * @param source of the skeleton; another than the model's to plant a hole
   */
  static async ofModel(model: IntegerModel, source: string = generateSkeleton(model)): Promise<CircuitUnderTest> {
    const layout = circuitLayout(model);
    const compiled = await compileCircuit(source, { layout });
    const given = layout.privateSignals.filter(({ name }) => !name.startsWith("v_"));
    return new CircuitUnderTest(
      { ...compiled, r1cs: linkModel(compiled.r1cs, model, layout) },
      given.reduce((sum, { length }) => sum + length, 0),
    );
  }

  /** The witness that circom's calculator makes of a trace, true or false; null if it finds none that satisfies all. */
  async witnessOf(model: IntegerModel, trace: Trace, binding: bigint, salt?: bigint): Promise<bigint[] | null> {
    const witness = await this.witness(circuitInputs(model, trace, binding, salt)).catch((error: { code?: string }) => {
      if (error.code === "WITNESS_UNSATISFIED") return null;
      throw error;
    });
    return witness !== null && this.isSatisfied(witness) ? witness : null;
  }

  /** The true witness. Negative inputs are taken mod r. */
  witness(inputs: CircuitInputs): Promise<bigint[]> {
    return this.calculate(inputs);
  }

  /** The wire of a signal below main, e.g. `y[2]` or `rescale.acc`. */
  wire(name: string): number {
    const wire = this.wires.get(`main.${name}`);
    if (wire === undefined || wire < 0) throw new Error(`no wire for ${name}`);
    return wire;
  }

  nameOf(wire: number): string {
    return this.names.get(wire)?.replace(/^main\./, "") ?? `wire ${wire}`;
  }

  values(witness: readonly bigint[], name: string, length: number): bigint[] {
    return Array.from({ length }, (_, i) => signed(witness[this.wire(`${name}[${i}]`)]!));
  }

  /** Whether the wire is one of main's inputs, and no claim. */
  isInput(wire: number): boolean {
    return wire > this.r1cs.publicOutputs && wire <= publicSignalCount(this.r1cs) + this.givenInputs;
  }

  /** Whether the outputs are those of an honest run on the witness's own inputs; false if these are out of range. */
  async isTrue(witness: readonly bigint[]): Promise<boolean> {
    const inputs: Record<string, bigint[]> = {};
    for (let wire = 1; this.isInput(wire) || wire <= this.r1cs.publicOutputs; wire++) {
      if (this.isInput(wire)) (inputs[this.nameOf(wire).replace(/\[\d+\]$/, "")] ??= []).push(witness[wire]!);
    }
    const honest = await this.witness(inputs).catch(() => null);
    return honest !== null && honest.slice(0, 1 + this.r1cs.publicOutputs).every((value, i) => value === witness[i]);
  }

  isSatisfied(witness: readonly bigint[]): boolean {
    return findViolation(this.r1cs, witness) === null;
  }

  /** The witness with some signals set, by name; signals that circom solved and dropped have nothing to set. */
  changed(witness: readonly bigint[], values: Readonly<Record<string, bigint>>): bigint[] {
    const copy = [...witness];
    for (const [name, value] of Object.entries(values)) {
      if (this.wires.get(`main.${name}`) !== -1) copy[this.wire(name)] = modR(value);
    }
    return copy;
  }

  /** Wires (but for the constant) that can take another value while all others stay. */
  freeWires(
    witness: readonly bigint[],
    others: (value: bigint) => readonly bigint[],
  ): { readonly wire: number; readonly witness: readonly bigint[] }[] {
    const free: { wire: number; witness: bigint[] }[] = [];
    const copy = [...witness];
    for (let wire = 1; wire < copy.length; wire++) {
      const value = copy[wire]!;
      for (const other of others(value).map(modR)) {
        copy[wire] = other;
        if (other !== value && this.rowsOfWire[wire]!.every((row) => this.holds(row, copy))) {
          free.push({ wire, witness: [...copy] });
        }
      }
      copy[wire] = value;
    }
    return free;
  }

  /**
   * Changes one wire and repairs each row that this breaks by a wire that occurs in it linearly and has not been changed
   * yet; inputs stay. Gives the forged witness if all rows hold in the end.
   *
   * @param direction which of a row's wires is tried first: `backward` the one that occurs first, mostly what a row
   *   consumes; `forward` the last, mostly what it makes
   */
  forge(
    witness: readonly bigint[],
    wire: number,
    value: bigint,
    direction: "backward" | "forward" = "backward",
  ): bigint[] | null {
    const copy = [...witness];
    copy[wire] = modR(value);
    const touched = new Set([wire]);
    const isFixed = (candidate: number) => touched.has(candidate) || candidate === 0 || this.isInput(candidate);
    const queue = [...this.rowsOfWire[wire]!];
    while (queue.length > 0) {
      const row = queue.pop()!;
      if (this.holds(row, copy)) continue;
      const repaired = this.repair(row, copy, isFixed, direction);
      if (repaired === null) return null;
      touched.add(repaired);
      queue.push(...this.rowsOfWire[repaired]!);
    }
    return copy;
  }

  private repair(
    row: number,
    witness: bigint[],
    isFixed: (wire: number) => boolean,
    direction: "backward" | "forward",
  ): number | null {
    const [a, b, c] = this.rows[row]!;
    const [left, right, product] = [a, b, c].map((lc) => evaluate(lc, witness)) as [bigint, bigint, bigint];
    if (c.size === 0) {
      // a · b = 0: make a zero.
      const found = [...a].find(([wire]) => !isFixed(wire));
      if (found === undefined) return null;
      witness[found[0]] = modR(witness[found[0]]! - left * inverseR(found[1]));
      return found[0];
    }
    const made = direction === "forward" ? [...c.keys()].reverse() : c.keys();
    for (const wire of new Set([...made, ...a.keys(), ...b.keys()])) {
      if (isFixed(wire) || (a.has(wire) && b.has(wire))) continue;
      // The row as slope · change = gap.
      const slope = modR((a.get(wire) ?? 0n) * right + (b.get(wire) ?? 0n) * left - (c.get(wire) ?? 0n));
      if (slope === 0n) continue;
      witness[wire] = modR(witness[wire]! + (product - left * right) * inverseR(slope));
      return wire;
    }
    return null;
  }

  private holds(row: number, witness: readonly bigint[]): boolean {
    const [a, b, c] = this.rows[row]!.map((lc) => evaluate(lc, witness)) as [bigint, bigint, bigint];
    return (a * b - c) % R === 0n;
  }
}

function evaluate(combination: LinearCombination, witness: readonly bigint[]): bigint {
  let sum = 0n;
  for (const [wire, coefficient] of combination) sum += coefficient * witness[wire]!;
  return modR(sum);
}

/** The representative nearest zero. */
export function signed(value: bigint): bigint {
  return value > R >> 1n ? value - R : value;
}
