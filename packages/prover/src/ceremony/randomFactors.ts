import { randomBytes } from "node:crypto";
import { FIELD_BYTES } from "../binary/fieldElements.ts";

const RANDOM_BYTES = 16;

/** Uniform below 2^128, drawn now from the operating system's generator; 32 little-endian bytes each. */
export function randomFactors(count: number): Uint8Array {
  const factors = new Uint8Array(FIELD_BYTES * count);
  const random = randomBytes(RANDOM_BYTES * count);
  for (let i = 0; i < count; i++) {
    factors.set(random.subarray(RANDOM_BYTES * i, RANDOM_BYTES * (i + 1)), FIELD_BYTES * i);
  }
  return factors;
}
