import { BN254_SCALAR_ORDER, type LinearConstraint } from "@verimesh/core";

const CHUNK_WORDS = 1 << 20;
const orderWords = Uint32Array.from({ length: 8 }, (_, i) =>
  Number((BN254_SCALAR_ORDER >> BigInt(32 * i)) & 0xffffffffn),
);

/** Gathers rows `0 · 0 = Σ …` in the binary format of .r1cs, in chunks: 36 bytes a term, nothing else is held. */
export class ConstraintWriter {
  count = 0;
  private readonly full: Uint32Array[] = [];
  private chunk = new Uint32Array(CHUNK_WORDS);
  private used = 0;

  /** The constraint must have been checked. Rows are written as given: constant, then wires, then the accumulator. */
  add({ accumulatorWire, wires, coefficients, constant }: LinearConstraint): void {
    const needed = 3 + 9 * (wires.length + 2);
    if (this.used + needed > this.chunk.length) {
      this.full.push(this.chunk.subarray(0, this.used));
      this.chunk = new Uint32Array(Math.max(CHUNK_WORDS, needed));
      this.used = 0;
    }
    // A and B are empty.
    this.used += 2;
    const countAt = this.used++;
    if (constant !== 0) this.term(0, constant);
    for (let i = 0; i < wires.length; i++) {
      if (coefficients[i] !== 0) this.term(wires[i]!, coefficients[i]!);
    }
    this.term(accumulatorWire, -1);
    this.chunk[countAt] = (this.used - countAt - 1) / 9;
    this.count++;
  }

  /** The rows so far. */
  parts(): Uint8Array[] {
    return [...this.full, this.chunk.subarray(0, this.used)].map(
      (words) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength),
    );
  }

  /** A negative coefficient is written as r + coefficient. |coefficient| < 2^53. */
  private term(wire: number, coefficient: number): void {
    const { chunk, used } = this;
    chunk[used] = wire;
    const magnitude = Math.abs(coefficient);
    const low = magnitude >>> 0;
    const high = Math.floor(magnitude / 2 ** 32);
    if (coefficient >= 0) {
      chunk[used + 1] = low;
      chunk[used + 2] = high;
    } else {
      const difference = orderWords[0]! - low;
      chunk[used + 1] = difference;
      chunk[used + 2] = orderWords[1]! - high - (difference < 0 ? 1 : 0);
      // r's second word exceeds 2^21, so nothing is borrowed from the third.
      for (let i = 2; i < 8; i++) chunk[used + 1 + i] = orderWords[i]!;
    }
    this.used += 9;
  }
}
