import { numberToHex } from "viem";
import { keptInputFromText, keptInputToText } from "./keptInputText.ts";
import type { KeptInput, SaltStore } from "./SaltStore.ts";

/** `localStorage`, or anything like it. */
export interface StorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const PREFIX = "verimesh.salt.";

/**
 * Keeps salts in a page's storage, unencrypted: every script of the page's origin can read them, and the browser forgets
 * them when its user clears the site's data.
 * @example
 * const { jobId } = await requestJob(client, { ...terms, salts: new WebSaltStore(localStorage) });
 */
export class WebSaltStore implements SaltStore {
  readonly #storage: StorageLike;

  constructor(storage: StorageLike) {
    this.#storage = storage;
  }

  /** Rejects with what the storage throws, such as a full quota. */
  // eslint-disable-next-line @typescript-eslint/require-await -- what the storage throws must reject
  async put(commitment: bigint, kept: KeptInput): Promise<void> {
    this.#storage.setItem(PREFIX + numberToHex(commitment), keptInputToText(kept));
  }

  /** @throws VerimeshError `SALT_UNREADABLE` */
  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async get(commitment: bigint): Promise<KeptInput | undefined> {
    const text = this.#storage.getItem(PREFIX + numberToHex(commitment));
    return text === null ? undefined : keptInputFromText(text);
  }
}
