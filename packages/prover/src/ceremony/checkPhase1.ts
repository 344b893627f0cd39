import { join } from "node:path";
import { cacheDirectory, ContentCache } from "../cache/ContentCache.ts";
import type { CacheOptions } from "../compile/compileCached.ts";
import { type Phase1, readPhase1 } from "./phase1.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";

/** Of the check: a change of it checks each file anew. */
const CHECK_VERSION = "phase-1-check-1";

/**
 * Reads a .ptau file and, unless its hash is a public ceremony's, has snarkjs check that all its points are powers of one
 * secret, which for a large file takes long. The result is kept on disk under the file's hash.
 *
 * @throws VerimeshError CEREMONY_PHASE1_INVALID; the signal's reason if aborted
 */
export async function checkPhase1(ptau: string, options: CeremonyOptions & CacheOptions = {}): Promise<Phase1> {
  const phase1 = await readPhase1(ptau, options.signal);
  if (phase1.publicName !== undefined) return phase1;
  const cache = new ContentCache(options.directory ?? join(cacheDirectory(), "phase-1"));
  await cache.getOrDerive([CHECK_VERSION, phase1.blake2b], ["checked"], async () => {
    await runCeremonyTask({ task: "checkPhase1", ptau }, options);
    return { checked: new TextEncoder().encode(ptau) };
  });
  return phase1;
}
