import type { KeptInput, SaltStore } from "./SaltStore.ts";

/** Keeps salts while the program runs, and no longer: for tests, and for who waits for each answer at once. */
export class MemorySaltStore implements SaltStore {
  readonly #kept = new Map<bigint, KeptInput>();

  put(commitment: bigint, { bytes, salt }: KeptInput): Promise<void> {
    this.#kept.set(commitment, { bytes: bytes.slice(), salt });
    return Promise.resolve();
  }

  get(commitment: bigint): Promise<KeptInput | undefined> {
    const kept = this.#kept.get(commitment);
    return Promise.resolve(kept && { ...kept, bytes: kept.bytes.slice() });
  }
}
