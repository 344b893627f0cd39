import type { Beacon } from "./Chain.ts";
import type { SnarkjsLog } from "./snarkjsLog.ts";

/** Bytes that snarkjs writes instead of a file. */
export interface MemoryFile {
  readonly type: "mem";
  data?: Uint8Array;
}

/**
 * Does the work on many points that the steps of a ceremony consist of: snarkjs, or the native addon, with the same files
 * in and out. What is checked, and what is refused, does not depend on which.
 */
export interface CeremonyEngine {
  /**
   * Writes the key before the first contribution: the same circuit and phase 1 give the same bytes.
   *
   * @param ptau path or bytes
   * @returns the circuit hash
   * @throws VerimeshError CEREMONY_PHASE1_INVALID, CEREMONY_PHASE1_TOO_SMALL, CEREMONY_FAILED
   */
  start(r1cs: Uint8Array, ptau: string | Uint8Array, out: string | MemoryFile, log: SnarkjsLog): Promise<Uint8Array>;
  /**
   * Writes the key with one more contribution, whose factor is drawn from the operating system's generator.
   *
   * @param entropy mixed into the draw; not empty
   * @returns the contribution's hash
   * @throws VerimeshError CEREMONY_KEY_INVALID: points that are on no curve
   */
  contribute(
    key: Uint8Array,
    out: string | MemoryFile,
    person: { readonly name: string; readonly entropy: string },
    log: SnarkjsLog,
  ): Promise<Uint8Array>;
  /** As `contribute`, with a factor that follows from a public value. */
  applyBeacon(
    key: Uint8Array,
    out: string | MemoryFile,
    beacon: Beacon & { readonly name: string },
    log: SnarkjsLog,
  ): Promise<Uint8Array>;
  /**
   * Σ scalar · point.
   *
   * @param points of G1: affine, Montgomery form, as a .zkey has them
   * @param scalars below r, 32 little-endian bytes each
   * @returns affine, Montgomery form
   * @throws VerimeshError POINTS_INVALID: a coordinate is not reduced, or a point not on the curve
   */
  sum(points: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
}
