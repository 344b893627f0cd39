declare const kind: unique symbol;
/** What a running job shares with this thread. */
export interface ControlHandle {
  readonly [kind]: "control";
}
/** A proving key in the addon's memory; freed when it is collected. */
export interface KeyHandle {
  readonly [kind]: "key";
}

/** How the addon computes: 8 lanes of 52-bit products (AVX-512 IFMA), BMI2 and ADX, or any 64-bit machine. */
export type EngineName = "ifma" | "adx" | "portable";

/** What `native/addon/addon.cpp` exports. Rejections are errors with `code` and `details`, see `toVerimeshError`. */
export interface Addon {
  readonly engine: EngineName;
  /** Engines that this processor can run, best first. */
  supported(): readonly EngineName[];
  createControl(): ControlHandle;
  cancel(control: ControlHandle): void;
  /** Share of the work done, 0 to 1. */
  share(control: ControlHandle): number;
  loadKey(zkey: Uint8Array, threads: number, control: ControlHandle): Promise<KeyHandle>;
  /** Bytes that a loaded key takes. */
  keyBytes(key: KeyHandle): number;
  /**
   * @param blinding r and s, 64 bytes, for tests; drawn by the addon otherwise
   * @returns a, b, c (eight coordinates), then the public signals: 32 little-endian bytes each
   */
  prove(
    key: KeyHandle,
    wtns: Uint8Array,
    threads: number,
    control: ControlHandle,
    blinding?: Uint8Array,
  ): Promise<Uint8Array>;
  /** @param secrets tau, alpha, beta, gamma, delta, 160 bytes, for tests; drawn by the addon otherwise */
  setup(r1cs: Uint8Array, threads: number, control: ControlHandle, secrets?: Uint8Array): Promise<Uint8Array>;
  /**
   * @param points of G1 in the files' form: affine, Montgomery, 64 bytes each; all zero is infinity
   * @param factor a secret integer below r, 32 bytes; copied and wiped
   * @returns each point times the factor, in the same form
   */
  scalePoints(points: Uint8Array, factor: Uint8Array, threads: number, control: ControlHandle): Promise<Uint8Array>;
  /** @returns Σ scalar · point in G1, one point */
  sumPoints(points: Uint8Array, scalars: Uint8Array, threads: number, control: ControlHandle): Promise<Uint8Array>;
  /** @returns points[i + distance] − points[i] in G1, as many as there are */
  subtractPoints(points: Uint8Array, distance: number, threads: number, control: ControlHandle): Promise<Uint8Array>;
  /**
   * @param tau1 L_i(tau) in G1 for a whole domain; the others with it in G2, times alpha and times beta
   * @returns sections 3, 8, 5, 6, 7 and 4 of the .zkey before the first contribution, one after the other
   */
  firstKey(
    r1cs: Uint8Array,
    tau1: Uint8Array,
    tau2: Uint8Array,
    alphaTau1: Uint8Array,
    betaTau1: Uint8Array,
    threads: number,
    control: ControlHandle,
  ): Promise<Uint8Array>;
  /** One operation of field, curve or transform on 32-byte little-endian integers, for tests and the self-check. */
  compute(operation: string, ...operands: Uint8Array[]): Uint8Array;
}
