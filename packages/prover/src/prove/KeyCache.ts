import type { LoadedKey } from "@verimesh/prover-native";

/** Bytes of keys that are kept unless told otherwise. */
export const DEFAULT_KEY_CACHE_BYTES = 1 << 30;

interface Kept {
  readonly source: WeakRef<Uint8Array>;
  readonly key: LoadedKey;
}

/**
 * Keys in native memory, by the array of bytes that they were read from: the least recently used go when their sum exceeds
 * the bound, and those whose bytes nobody holds any more. The last one used stays, whatever its size.
 */
export class KeyCache {
  private readonly bound: number;
  private kept: Kept[] = [];
  private readonly loading = new Map<Uint8Array, Promise<LoadedKey>>();

  constructor(bound: number = DEFAULT_KEY_CACHE_BYTES) {
    this.bound = bound;
  }

  /** The key, read by `load` if it is not here. A load that fails is not remembered. */
  async get(source: Uint8Array, load: () => Promise<LoadedKey>): Promise<LoadedKey> {
    const found = this.kept.find((kept) => kept.source.deref() === source);
    if (found !== undefined) {
      this.keep(found);
      return found.key;
    }
    const pending = this.loading.get(source);
    if (pending !== undefined) return pending;
    const loading = load();
    this.loading.set(source, loading);
    try {
      const key = await loading;
      this.keep({ source: new WeakRef(source), key });
      return key;
    } finally {
      this.loading.delete(source);
    }
  }

  get bytes(): number {
    return this.kept.reduce((sum, { key }) => sum + key.bytes, 0);
  }

  forget(source: Uint8Array): void {
    this.kept = this.kept.filter((kept) => kept.source.deref() !== source);
  }

  clear(): void {
    this.kept = [];
  }

  private keep(used: Kept): void {
    const others = this.kept.filter((kept) => kept !== used && kept.source.deref() !== undefined);
    this.kept = [used, ...others];
    while (this.kept.length > 1 && this.bytes > this.bound) this.kept.pop();
  }
}
