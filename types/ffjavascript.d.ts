/** The part of ffjavascript 0.3 that is used; it ships no types. */
declare module "ffjavascript" {
  export interface WasmField {
    /** Roots of unity, Montgomery form: w[k] has order 2^k. */
    readonly w: readonly Uint8Array[];
    toObject(element: Uint8Array): bigint;
    fromObject(value: bigint): Uint8Array;
    fromRng(random: ChaCha): Uint8Array;
    inv(element: Uint8Array): Uint8Array;
  }
  export interface WasmCurvePoints<Point> {
    /** Generator, Jacobian, Montgomery. */
    readonly g: Uint8Array;
    /** Generator, affine, Montgomery. */
    readonly gAffine: Uint8Array;
    toObject(point: Uint8Array): Point;
    fromObject(point: Point): Uint8Array;
    toAffine(point: Uint8Array): Uint8Array;
    isValid(point: Uint8Array): boolean;
    isZero(point: Uint8Array): boolean;
    eq(a: Uint8Array, b: Uint8Array): boolean;
    neg(point: Uint8Array): Uint8Array;
    /** Both affine or both Jacobian: an affine point less a Jacobian one has the wrong sign. */
    sub(a: Uint8Array, b: Uint8Array): Uint8Array;
    fromRng(random: ChaCha): Uint8Array;
    timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
    timesFr(point: Uint8Array, factor: Uint8Array): Uint8Array;
    /** Affine points out of Montgomery form, big-endian, in G2 the imaginary part first. */
    batchLEMtoU(points: Uint8Array): Promise<Uint8Array>;
  }
  export interface Bn128 {
    readonly Fr: WasmField;
    readonly G1: WasmCurvePoints<readonly bigint[]>;
    readonly G2: WasmCurvePoints<readonly (readonly bigint[])[]>;
    readonly tm: {
      readonly instance: { readonly exports: Readonly<Record<string, (...parameters: number[]) => number>> };
      readonly memory: WebAssembly.Memory;
      /** ffjavascript's own views go stale when the memory grows. */
      u8: Uint8Array;
      u32: Uint32Array;
    };
    /** Whether the product of the pairings of (G1, G2), (G1, G2), … is one. */
    pairingEq(...points: readonly Uint8Array[]): Promise<boolean>;
    terminate(): Promise<void>;
  }
  /** Seeded with eight 32-bit words. */
  export class ChaCha {
    constructor(seed: readonly number[]);
  }
  export function buildBn128(singleThread?: boolean): Promise<Bn128>;
}
