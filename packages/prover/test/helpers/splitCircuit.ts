import { BN254_SCALAR_ORDER } from "@verimesh/core";
import { writeFieldElement } from "../../src/binary/fieldElements.ts";
import { writeSections } from "../../src/binary/sections.ts";
import { type CompiledCircuit, type R1cs, readR1cs } from "../../src/index.ts";

/** What one component of main has of a circuit, as if it were alone. */
export interface CircuitPart {
  /** Its wires in the whole circuit, ascending; the constant one first. */
  readonly wires: readonly number[];
  readonly r1cs: Uint8Array;
  readonly symbols: string;
}

interface Draft {
  readonly wires: number[];
  readonly rows: number[][];
  readonly symbols: string[];
}

/**
 * Splits a circuit whose main is nothing but components `i0`, `i1` … and signals `i0_name` … wired to theirs.
 *
 * @throws Error if a wire or row belongs to two of them or to none, or if an input or output lost its wire
 */
export function splitCircuit(compiled: CompiledCircuit, count: number): CircuitPart[] {
  const r1cs = readR1cs(compiled.r1cs);
  const parts = Array.from({ length: count }, (): Draft => ({ wires: [0], rows: [], symbols: [] }));
  const owners = new Int32Array(r1cs.wires).fill(-1);
  const symbols = compiled.symbols
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const match = /^\d+,(-?\d+),\d+,main\.i(\d+)([_.])(.+)$/.exec(line);
      if (match === null) throw new Error(`${line} is no component's`);
      return { wire: Number(match[1]), owner: Number(match[2]), isOuter: match[3] === "_", name: match[4]! };
    });
  for (const { wire, owner, isOuter, name } of symbols) {
    if (wire === -1 && isOuter) throw new Error(`i${owner}_${name} has no wire`);
    if (wire === -1) continue;
    if (owners[wire] !== -1 && owners[wire] !== owner) throw new Error(`wire ${wire} is of two components`);
    owners[wire] = owner;
  }
  const local = new Int32Array(r1cs.wires);
  for (let wire = 1; wire < r1cs.wires; wire++) {
    const part = parts[owners[wire]!];
    if (part === undefined) throw new Error(`wire ${wire} is no component's`);
    local[wire] = part.wires.push(wire) - 1;
  }
  // A signal that is main's and the component's has two lines: one wire, or -1 for the component's.
  const named = new Set(symbols.filter(({ isOuter }) => isOuter).map(({ owner, name }) => `${owner} ${name}`));
  for (const { wire, owner, isOuter, name } of symbols) {
    if (!isOuter && named.has(`${owner} ${name}`)) continue;
    parts[owner]!.symbols.push(`0,${wire === -1 ? -1 : local[wire]!},0,main.${name}`);
  }
  for (const row of rowsOf(r1cs)) {
    const [owner, ...others] = new Set(row.wires.map((wire) => owners[wire]!));
    if (owner === undefined || others.length > 0) throw new Error("a row is of two components, or of none");
    parts[owner]!.rows.push(row.renumbered(local));
  }
  return parts.map((part) => ({
    wires: part.wires,
    r1cs: writeR1cs(r1cs, part),
    symbols: `${part.symbols.join("\n")}\n`,
  }));
}

/** The words of each row and its wires, the constant apart. */
function* rowsOf({ constraints, constraintWords }: R1cs) {
  let at = 0;
  for (let row = 0; row < constraints; row++) {
    const words: number[] = [];
    const places: number[] = [];
    for (let matrix = 0; matrix < 3; matrix++) {
      const terms = constraintWords[at]!;
      for (let term = 0; term < terms; term++) places.push(words.length + 1 + 9 * term);
      words.push(...constraintWords.subarray(at, at + 1 + 9 * terms));
      at += 1 + 9 * terms;
    }
    yield {
      wires: places.map((place) => words[place]!).filter((wire) => wire !== 0),
      renumbered: (local: Int32Array) => {
        for (const place of places) words[place] = local[words[place]!]!;
        return words;
      },
    };
  }
}

function writeR1cs(whole: R1cs, { wires, rows }: Draft): Uint8Array {
  const within = (from: number, length: number) => wires.filter((wire) => wire > from && wire <= from + length).length;
  const { publicOutputs, publicInputs, privateInputs } = whole;
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, 32, true);
  writeFieldElement(header, 4, BN254_SCALAR_ORDER);
  const counts = [
    wires.length,
    within(0, publicOutputs),
    within(publicOutputs, publicInputs),
    within(publicOutputs + publicInputs, privateInputs),
  ];
  counts.forEach((value, i) => header.setUint32(36 + 4 * i, value, true));
  header.setUint32(60, rows.length, true);
  return writeSections("r1cs", 1, [
    [1, [new Uint8Array(header.buffer)]],
    [2, [new Uint8Array(Uint32Array.from(rows.flat()).buffer)]],
  ]);
}
