import { availableParallelism } from "node:os";
import type { Groth16Proof } from "@verimesh/core";
import type { Addon, EngineName, KeyHandle } from "./addon.ts";
import { fromBytes } from "./bytes.ts";
import { loadAddon } from "./loadAddon.ts";
import { type NativeOptions, runNative } from "./runNative.ts";

export interface ThreadOptions extends NativeOptions {
  /** Threads for this job; default: one per core. */
  readonly threads?: number | undefined;
}

/** A proving key in native memory. It is freed when it is no longer referenced. */
export interface LoadedKey {
  readonly handle: KeyHandle;
  /** Bytes of native memory that it takes. */
  readonly bytes: number;
}

/** Lagrange polynomials of the circuit's domain at phase 1's secret, from a .ptau: in G1, in G2, times alpha, times beta. */
export interface LagrangePoints {
  readonly tau1: Uint8Array;
  readonly tau2: Uint8Array;
  readonly alphaTau1: Uint8Array;
  readonly betaTau1: Uint8Array;
}

export interface NativeProof {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
}

/** Groth16 over BN254 in C++: takes and makes the same files as snarkjs. All work is done off the event loop. */
export class NativeGroth16 {
  readonly addon: Addon;

  private constructor(addon: Addon) {
    this.addon = addon;
  }

  /**
   * @param engine default: the best that this processor runs
   * @throws VerimeshError NATIVE_PROVER_UNAVAILABLE
   */
  static async load(engine?: EngineName): Promise<NativeGroth16> {
    return new NativeGroth16(await loadAddon(engine));
  }

  get engine(): EngineName {
    return this.addon.engine;
  }

  /**
   * Reads a .zkey. The bytes may be changed or dropped afterwards, but not while it is read.
   *
   * @throws VerimeshError PROVING_KEY_INVALID; the signal's reason if aborted
   */
  async loadKey(zkey: Uint8Array, options: ThreadOptions = {}): Promise<LoadedKey> {
    const handle = await this.run((control) => this.addon.loadKey(zkey, threadsOf(options), control), options);
    return { handle, bytes: this.addon.keyBytes(handle) };
  }

  /**
   * Makes a proof. Whether it holds is for the caller to check: a witness that does not satisfy the circuit gives a proof
   * that nobody accepts.
   *
   * @param wtns a .wtns file
   * @param blinding r and s in 64 bytes: for tests that compare with another prover; drawn anew otherwise
   * @throws VerimeshError WITNESS_INVALID, PROVING_FAILED; the signal's reason if aborted
   */
  async prove(
    key: LoadedKey,
    wtns: Uint8Array,
    options: ThreadOptions & { readonly blinding?: Uint8Array | undefined } = {},
  ): Promise<NativeProof> {
    const bytes = await this.run(
      (control) => this.addon.prove(key.handle, wtns, threadsOf(options), control, options.blinding),
      options,
    );
    const [ax, ay, bx0, bx1, by0, by1, cx, cy, ...publicSignals] = fromBytes(bytes) as [
      ...[bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint],
      ...bigint[],
    ];
    return {
      proof: {
        a: [ax, ay],
        b: [
          [bx0, bx1],
          [by0, by1],
        ],
        c: [cx, cy],
      },
      publicSignals,
    };
  }

  /**
   * Makes an insecure development key for a circuit: its secrets are drawn from the operating system's generator and wiped.
   *
   * @param r1cs a linked .r1cs
   * @param secrets tau, alpha, beta, gamma, delta in 160 bytes: for tests
   * @returns a .zkey
   * @throws VerimeshError R1CS_INVALID; the signal's reason if aborted
   */
  setup(
    r1cs: Uint8Array,
    options: ThreadOptions & { readonly secrets?: Uint8Array | undefined } = {},
  ): Promise<Uint8Array> {
    return this.run((control) => this.addon.setup(r1cs, threadsOf(options), control, options.secrets), options);
  }

  /**
   * Multiplies points of G1 by one secret number.
   *
   * @param points affine, Montgomery form, 64 bytes each, as a .zkey has them; all zero is infinity
   * @param factor below r, 32 little-endian bytes; the addon's copy is wiped
   * @returns as many points in the same form
   * @throws VerimeshError POINTS_INVALID: not reduced, or not on the curve; the signal's reason if aborted
   */
  scalePoints(points: Uint8Array, factor: Uint8Array, options: ThreadOptions = {}): Promise<Uint8Array> {
    return this.run((control) => this.addon.scalePoints(points, factor, threadsOf(options), control), options);
  }

  /**
   * Σ scalar · point in G1.
   *
   * @param points as of `scalePoints`
   * @param scalars below r, 32 little-endian bytes each
   * @throws VerimeshError POINTS_INVALID; the signal's reason if aborted
   */
  sumPoints(points: Uint8Array, scalars: Uint8Array, options: ThreadOptions = {}): Promise<Uint8Array> {
    return this.run((control) => this.addon.sumPoints(points, scalars, threadsOf(options), control), options);
  }

  /**
   * points[i + distance] − points[i] in G1, as many as there are.
   *
   * @throws VerimeshError POINTS_INVALID; the signal's reason if aborted
   */
  subtractPoints(points: Uint8Array, distance: number, options: ThreadOptions = {}): Promise<Uint8Array> {
    return this.run((control) => this.addon.subtractPoints(points, distance, threadsOf(options), control), options);
  }

  /**
   * The points of a ceremony's key before the first contribution.
   *
   * @param r1cs a linked .r1cs
   * @returns sections 3, 8, 5, 6, 7 and 4 of the .zkey, one after the other
   * @throws VerimeshError R1CS_INVALID, POINTS_INVALID; the signal's reason if aborted
   */
  firstKey(r1cs: Uint8Array, phase1: LagrangePoints, options: ThreadOptions = {}): Promise<Uint8Array> {
    const { tau1, tau2, alphaTau1, betaTau1 } = phase1;
    return this.run(
      (control) => this.addon.firstKey(r1cs, tau1, tau2, alphaTau1, betaTau1, threadsOf(options), control),
      options,
    );
  }

  private run<Result>(
    start: Parameters<typeof runNative<Result>>[1],
    options: NativeOptions,
  ): ReturnType<typeof runNative<Result>> {
    return runNative(this.addon, start, options);
  }
}

function threadsOf({ threads }: ThreadOptions): number {
  return threads ?? availableParallelism();
}
