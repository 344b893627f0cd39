import type { Bn128 } from "ffjavascript";

const FIELD_BYTES = 32;
const SCALAR_BITS = 254;
const BATCH = 4096;

/**
 * Multiplies one fixed base, a group's generator, by many scalars: a table of d · 2^(window · i) · G for every digit d,
 * then one mixed addition per window. Works on ffjavascript's WebAssembly memory directly.
 */
export class FixedBase {
  private readonly coordinateBytes: number;
  private readonly windows: number;
  private readonly table: number;
  private readonly results: number;
  private readonly curve: Bn128;
  private readonly prefix: string;
  private readonly windowBits: number;

  /** @param windowBits digits' width: 12 pays from some thousand scalars on, 8 below */
  constructor(curve: Bn128, group: "G1" | "G2", windowBits: number) {
    this.curve = curve;
    this.prefix = group === "G1" ? "g1m" : "g2m";
    this.windowBits = windowBits;
    this.coordinateBytes = group === "G1" ? FIELD_BYTES : 2 * FIELD_BYTES;
    this.windows = Math.ceil(SCALAR_BITS / windowBits);
    const digits = 2 ** windowBits;
    // Jacobian first, then affine in place.
    this.table = this.allocate(this.windows * digits * 3 * this.coordinateBytes);
    this.results = this.allocate(BATCH * 3 * this.coordinateBytes);
    this.fillTable(digits, group === "G1" ? curve.G1.g : curve.G2.g);
  }

  /** The affine points scalar · G, Montgomery form, little-endian: what a .zkey holds. Scalars in [0, r). */
  multiply(scalars: readonly bigint[], onBatch?: (count: number) => void): Uint8Array {
    const pointBytes = 2 * this.coordinateBytes;
    const points = new Uint8Array(scalars.length * pointBytes);
    const { exports } = this.curve.tm.instance;
    const [addMixed, zero, toAffine] = ["addMixed", "zero", "batchToAffine"].map(
      (f) => exports[`${this.prefix}_${f}`]!,
    );
    const mask = (1n << BigInt(this.windowBits)) - 1n;
    const shift = BigInt(this.windowBits);
    for (let start = 0; start < scalars.length; start += BATCH) {
      const count = Math.min(BATCH, scalars.length - start);
      for (let i = 0; i < count; i++) {
        const result = this.results + i * 3 * this.coordinateBytes;
        zero!(result);
        let entry = this.table;
        for (let rest = scalars[start + i]!; rest > 0n; rest >>= shift, entry += pointBytes << this.windowBits) {
          const digit = Number(rest & mask);
          if (digit !== 0) addMixed!(result, entry + digit * pointBytes, result);
        }
      }
      this.withScratch(count, () => toAffine!(this.results, count, this.results));
      points.set(this.bytes().subarray(this.results, this.results + count * pointBytes), start * pointBytes);
      onBatch?.(count);
    }
    this.bytes().fill(0, this.results, this.results + BATCH * 3 * this.coordinateBytes);
    return points;
  }

  private fillTable(digits: number, generator: Uint8Array): void {
    const { exports } = this.curve.tm.instance;
    const add = exports[`${this.prefix}_add`]!;
    const jacobian = 3 * this.coordinateBytes;
    let unit = this.allocate(jacobian);
    this.bytes().set(generator, unit);
    for (let window = 0; window < this.windows; window++) {
      const first = this.table + window * digits * jacobian;
      exports[`${this.prefix}_zero`]!(first);
      for (let digit = 1; digit < digits; digit++) add(first + (digit - 1) * jacobian, unit, first + digit * jacobian);
      const next = this.allocate(jacobian);
      add(first + (digits - 1) * jacobian, unit, next);
      unit = next;
    }
    const total = this.windows * digits;
    this.withScratch(total, () => exports[`${this.prefix}_batchToAffine`]!(this.table, total, this.table));
  }

  /** batchToAffine and the batch inversion in it take scratch from the end of the heap without growing the memory. */
  private withScratch(points: number, act: () => void): void {
    const heap = () => new Uint32Array(this.curve.tm.memory.buffer, 0, 1);
    const before = heap()[0]!;
    this.allocate(2 * points * this.coordinateBytes + 64);
    heap()[0] = before;
    act();
    heap()[0] = before;
  }

  /** Takes memory from the module's heap, whose end is in its first word. */
  private allocate(length: number): number {
    const { memory } = this.curve.tm;
    const start = (new Uint32Array(memory.buffer, 0, 1)[0]! + 7) & ~7;
    const missing = start + length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536) + 16);
    this.curve.tm.u8 = new Uint8Array(memory.buffer);
    this.curve.tm.u32 = new Uint32Array(memory.buffer);
    this.curve.tm.u32[0] = start + length;
    return start;
  }

  private bytes(): Uint8Array {
    return new Uint8Array(this.curve.tm.memory.buffer);
  }
}
