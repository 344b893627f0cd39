import { BN254_SCALAR_ORDER as R, Random } from "@verimesh/core";
import { writeFieldElement } from "../../src/binary/fieldElements.ts";
import { writeSections } from "../../src/binary/sections.ts";
import { writeWitness } from "../../src/index.ts";

export interface RandomCircuit {
  readonly r1cs: Uint8Array;
  readonly wtns: Uint8Array;
  readonly witness: readonly bigint[];
}

type Combination = ReadonlyMap<number, bigint>;

/**
 * A satisfied constraint system of `rows` products of random combinations. Its wires are bits, small integers of both
 * signs and full field elements, some of them in one matrix only, some with the same polynomials as others.
 */
export function randomCircuit(rows: number, publicOutputs: number, publicInputs: number, seed: number): RandomCircuit {
  const random = new Random(seed);
  const integer = (limit: number) => Math.floor(random.next() * limit);
  const element = () => {
    const kind = integer(6);
    if (kind < 3) return BigInt(integer(2));
    if (kind === 3) return BigInt(integer(100_000));
    if (kind === 4) return R - BigInt(1 + integer(100_000));
    let value = 0n;
    for (let i = 0; i < 9; i++) value = (value << 32n) | BigInt(integer(2 ** 32));
    return value % R;
  };
  const inputs = publicInputs + 5;
  const witness = [1n, ...Array.from({ length: publicOutputs + inputs }, element)];
  const combination = (): Combination => {
    const terms = new Map<number, bigint>();
    for (let i = integer(4); i >= 0; i--) terms.set(integer(witness.length), element() || 1n);
    return terms;
  };
  const valueOf = (terms: Combination) =>
    [...terms].reduce((sum, [wire, coefficient]) => (sum + coefficient * witness[wire]!) % R, 0n);
  const words: number[] = [];
  const write = (terms: Combination) => {
    words.push(terms.size);
    for (const [wire, coefficient] of terms) {
      words.push(wire);
      for (let i = 0n; i < 8n; i++) words.push(Number((coefficient >> (32n * i)) & 0xffffffffn));
    }
  };
  for (let row = 0; row < rows; row++) {
    const [a, b] = [combination(), combination()];
    witness.push((valueOf(a) * valueOf(b)) % R);
    write(a);
    write(b);
    write(new Map([[witness.length - 1, 1n]]));
  }
  const header = new Uint8Array(64);
  const view = new DataView(header.buffer);
  view.setUint32(0, 32, true);
  writeFieldElement(view, 4, R);
  [witness.length, publicOutputs, publicInputs, 5].forEach((value, i) => view.setUint32(36 + 4 * i, value, true));
  view.setUint32(60, rows, true);
  const r1cs = writeSections("r1cs", 1, [
    [1, [header]],
    [2, [new Uint8Array(Uint32Array.from(words).buffer)]],
  ]);
  return { r1cs, wtns: writeWitness(witness), witness };
}
