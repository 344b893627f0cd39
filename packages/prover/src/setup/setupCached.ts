import { join } from "node:path";
import { ContentCache, cacheDirectory } from "../cache/ContentCache.ts";
import type { CacheOptions } from "../compile/compileCached.ts";
import { readVerificationKey } from "../prove/readVerificationKey.ts";
import { hashR1cs } from "../r1cs/readR1cs.ts";
import { type DevSetup, type SetupOptions, setupDev } from "./setupDev.ts";

/** Of the keys' making: a change of it makes new keys. */
const SETUP_VERSION = "dev-1";

/** As `setupDev`, with the key kept on disk under the hash of the circuit: the same circuit keeps its key. */
export async function setupDevCached(r1cs: Uint8Array, options: SetupOptions & CacheOptions = {}): Promise<DevSetup> {
  const cache = new ContentCache(options.directory ?? join(cacheDirectory(), "keys"));
  const files = await cache.getOrDerive([SETUP_VERSION, hashR1cs(r1cs)], ["zkey"], async () => {
    const { provingKey } = await setupDev(r1cs, options);
    return { zkey: provingKey };
  });
  return { provingKey: files.zkey, verificationKey: readVerificationKey(files.zkey) };
}
