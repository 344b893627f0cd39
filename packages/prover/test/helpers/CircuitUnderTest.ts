import {
  BN254_SCALAR_ORDER as R,
  type CircuitInputs,
  circuitInputs,
  circuitLayout,
  type IntegerModel,
  type Trace,
} from "@verimesh/core";
import { generateSkeleton } from "../../../compiler/src/skeleton/generateSkeleton.ts";
import { modR } from "../../src/binary/fieldElements.ts";
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
import type { BatchPart } from "./compileBatch.ts";
import { type Direction, Forgery, type ForgeryGround } from "./forging/Forgery.ts";
import { type FreeWire, freeWires } from "./forging/freeWires.ts";
import { Rows } from "./forging/Rows.ts";

/** A compiled circuit whose witnesses can be changed wire by wire. */
export class CircuitUnderTest {
  readonly r1cs: R1cs;
  readonly compiled: CompiledCircuit;
  private readonly rows: Rows;
  private readonly grounds = new WeakMap<readonly bigint[], ForgeryGround>();
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
    this.rows = new Rows(this.r1cs);
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

  static ofPart({ compiled, calculate }: BatchPart): CircuitUnderTest {
    return new CircuitUnderTest(compiled, undefined, calculate);
  }

  /**
   * A model's linked circuit. Input and salt are given; the values of all nodes are claims.
   *
   * @param source of the skeleton; another than the model's to plant a hole
   * @param compile another compiler than the plain one: one that keeps what it compiled
   */
  static async ofModel(
    model: IntegerModel,
    source: string = generateSkeleton(model),
    compile: typeof compileCircuit = compileCircuit,
  ): Promise<CircuitUnderTest> {
    return CircuitUnderTest.ofLinked(model, { compiled: await compile(source, { layout: circuitLayout(model) }) });
  }

  /** As `ofModel`, of a skeleton that is compiled. */
  static ofLinked(
    model: IntegerModel,
    { compiled, calculate }: Partial<BatchPart> & Pick<BatchPart, "compiled">,
  ): CircuitUnderTest {
    const layout = circuitLayout(model);
    const given = layout.privateSignals.filter(({ name }) => !name.startsWith("v_"));
    return new CircuitUnderTest(
      { ...compiled, r1cs: linkModel(compiled.r1cs, model, layout) },
      given.reduce((sum, { length }) => sum + length, 0),
      calculate,
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

  /** As `freeWires`; the witness must satisfy the circuit. */
  freeWires(witness: readonly bigint[]): FreeWire[] {
    return freeWires(this.rows, witness, this.groundOf(witness).sums);
  }

  /**
   * Changes one wire and repairs each row that this breaks by a wire that occurs in it linearly and has not been changed
   * yet; inputs stay. Gives the forged witness if all rows hold in the end.
   */
  forge(witness: readonly bigint[], wire: number, value: bigint, direction: Direction = "backward"): bigint[] | null {
    return new Forgery(this.groundOf(witness), direction).attempt(wire, value);
  }

  /** Whether the wire is in one row only, there as one of the two factors, and the other is zero. */
  isTimesZero(witness: readonly bigint[], wire: number): boolean {
    const { sums } = this.groundOf(witness);
    const seen: boolean[] = [];
    this.rows.forEachRowOf(wire, (row, [a, b, c]) => {
      const [factor, side] = a === 0n ? [b, 0] : [a, 1];
      const isOneFactor = factor !== 0n && (a === 0n || b === 0n) && c === 0n;
      seen.push(isOneFactor && sums[3 * row + side] === 0n);
      return true;
    });
    return seen.length === 1 && seen[0]!;
  }

  /** The sums of a witness are remembered, so it is frozen. */
  private groundOf(witness: readonly bigint[]): ForgeryGround {
    let ground = this.grounds.get(witness);
    if (ground === undefined) {
      const isGiven = (wire: number) => this.isInput(wire);
      ground = { rows: this.rows, witness: Object.freeze(witness), sums: this.rows.sums(witness), isGiven };
      this.grounds.set(witness, ground);
    }
    return ground;
  }
}

/** The representative nearest zero. */
export function signed(value: bigint): bigint {
  return value > R >> 1n ? value - R : value;
}
