import type { Bn128 } from "ffjavascript";
import { WasmHeap } from "./WasmHeap.ts";

const SCALAR_BITS = 254;
/** Additions that share one inversion. */
const BATCH = 4096;

/**
 * Multiplies one fixed base, a group's generator, by many scalars: a table of digit · 2^(windowBits · window) · G, then
 * one addition per window. Additions are affine and share inversions (Montgomery's trick), 6 multiplications each
 * against 11 of a mixed addition. Works on the memory of ffjavascript's WebAssembly directly.
 *
 * The two summands of an addition are multiples a · G and b · G with 0 < a < b and a + b < r, so they are neither equal
 * nor opposite, and the general formula holds.
 */
export class FixedBase {
  private readonly heap: WasmHeap;
  private readonly field: string;
  private readonly group: string;
  /** Bytes of a coordinate, and of an affine point. */
  private readonly coordinate: number;
  private readonly point: number;
  private readonly windowBits: number;
  private readonly windows: number;
  private readonly table: number;
  private readonly sums: number;
  private readonly differences: number;
  private readonly scratch: number;
  // Pending additions: addresses of the summands and of the sum.
  private readonly left = new Int32Array(BATCH);
  private readonly right = new Int32Array(BATCH);
  private readonly out = new Int32Array(BATCH);
  private pending = 0;

  /** @param windowBits width of a digit: 12 pays from some thousand scalars on, 8 below */
  constructor(curve: Bn128, group: "G1" | "G2", windowBits: number) {
    this.heap = new WasmHeap(curve);
    this.field = group === "G1" ? "f1m" : "f2m";
    this.group = group === "G1" ? "g1m" : "g2m";
    this.coordinate = group === "G1" ? 32 : 64;
    this.point = 2 * this.coordinate;
    this.windowBits = windowBits;
    this.windows = Math.ceil(SCALAR_BITS / windowBits);
    this.table = this.heap.allocate((this.windows << windowBits) * this.point);
    this.sums = this.heap.allocate(BATCH * this.point);
    this.differences = this.heap.allocate(BATCH * this.coordinate);
    this.scratch = this.heap.allocate(3 * this.coordinate);
    this.fillTable(curve[group].g);
  }

  /** The affine points scalar · G, Montgomery form, little-endian: what a .zkey holds. Scalars in [0, r). */
  multiply(scalars: readonly bigint[], onBatch?: (count: number) => void): Uint8Array {
    const points = new Uint8Array(scalars.length * this.point);
    const mask = (1n << BigInt(this.windowBits)) - 1n;
    const shift = BigInt(this.windowBits);
    for (let start = 0; start < scalars.length; start += BATCH) {
      const batch = scalars.slice(start, start + BATCH);
      const count = batch.length;
      const begun = new Uint8Array(count);
      // Zero is the point at infinity.
      this.heap.bytes().fill(0, this.sums, this.sums + count * this.point);
      for (let window = 0; window < this.windows; window++) {
        const bytes = this.heap.bytes();
        for (let i = 0; i < count; i++) {
          const digit = Number(batch[i]! & mask);
          batch[i]! >>= shift;
          if (digit === 0) continue;
          const entry = this.table + ((window << this.windowBits) + digit) * this.point;
          const sum = this.sums + i * this.point;
          if (begun[i]) this.add(sum, entry, sum);
          else bytes.copyWithin(sum, entry, entry + this.point);
          begun[i] = 1;
        }
        this.flush();
      }
      points.set(this.heap.bytes().subarray(this.sums, this.sums + count * this.point), start * this.point);
      onBatch?.(count);
    }
    this.heap.bytes().fill(0, this.sums, this.sums + BATCH * this.point);
    return points;
  }

  /** table[2^k + j] = table[j] + table[2^k] for all windows at once; the table[2^k] are doublings of the generator. */
  private fillTable(generator: Uint8Array): void {
    const digits = 1 << this.windowBits;
    const bits = this.windows * this.windowBits;
    const doublings = this.heap.allocate(bits * 3 * this.coordinate);
    this.heap.bytes().set(generator, doublings);
    for (let bit = 1; bit < bits; bit++) {
      const previous = doublings + (bit - 1) * 3 * this.coordinate;
      this.heap.call(`${this.group}_double`, previous, previous + 3 * this.coordinate);
    }
    this.heap.callWithScratch(4 * bits * this.coordinate, `${this.group}_batchToAffine`, doublings, bits, doublings);
    const entry = (window: number, digit: number) => this.table + (window * digits + digit) * this.point;
    for (let k = 0; k < this.windowBits; k++) {
      for (let window = 0; window < this.windows; window++) {
        const power = doublings + (window * this.windowBits + k) * this.point;
        this.heap.bytes().copyWithin(entry(window, 1 << k), power, power + this.point);
        for (let j = 1; j < 1 << k; j++) this.add(entry(window, j), entry(window, 1 << k), entry(window, (1 << k) + j));
      }
      this.flush();
    }
  }

  /** Queues out = left + right; done at the latest by `flush`. Sums of one queue must not depend on each other. */
  private add(left: number, right: number, out: number): void {
    if (this.pending === BATCH) this.flush();
    this.left[this.pending] = left;
    this.right[this.pending] = right;
    this.out[this.pending++] = out;
  }

  private flush(): void {
    const { coordinate: size, differences, scratch, field } = this;
    const count = this.pending;
    this.pending = 0;
    if (count === 0) return;
    const [sub, mul, square, copy] = ["sub", "mul", "square", "copy"].map((f) => this.heap.function(`${field}_${f}`));
    for (let i = 0; i < count; i++) sub!(this.right[i]!, this.left[i]!, differences + i * size);
    this.heap.callWithScratch(
      2 * (count + 1) * size,
      `${field}_batchInverse`,
      differences,
      size,
      count,
      differences,
      size,
    );
    const [slope, x, y] = [scratch, scratch + size, scratch + 2 * size];
    for (let i = 0; i < count; i++) {
      const [left, right, out] = [this.left[i]!, this.right[i]!, this.out[i]!];
      sub!(right + size, left + size, slope);
      mul!(slope, differences + i * size, slope);
      square!(slope, x);
      sub!(x, left, x);
      sub!(x, right, x);
      sub!(left, x, y);
      mul!(slope, y, y);
      sub!(y, left + size, out + size);
      copy!(x, out);
    }
  }
}
