import { createHash, randomFillSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { NativeGroth16 } from "@verimesh/prover-native";
import { blameKey, blamePhase1 } from "./blame.ts";
import { hashedBeacon } from "./checkChain.ts";
import type { CeremonyEngine, MemoryFile } from "./CeremonyEngine.ts";
import { makeFirstKey } from "./firstKey.ts";
import { nextKey, type NextContribution } from "./nextKey.ts";
import { singleThreadCurve } from "./singleThreadCurve.ts";
import type { SnarkjsLog } from "./snarkjsLog.ts";

/** The addon, on all cores; what is a handful of points is left to ffjavascript. */
export function nativeEngine(native: NativeGroth16): CeremonyEngine {
  const next = async (
    previous: Uint8Array,
    out: string | MemoryFile,
    contribution: NextContribution,
    log: SnarkjsLog,
  ): Promise<Uint8Array> => {
    const { key, hash } = await nextKey(await singleThreadCurve(), previous, contribution, (points, factor, section) =>
      native
        .scalePoints(points, factor, { onProgress: (share) => log.progress((section - 8 + share) / 2) })
        .catch(blameKey),
    );
    await write(out, key);
    return hash;
  };
  return {
    async start(r1cs, ptau, out, log) {
      const progress = (share: number) => log.progress(share);
      const { key, circuitHash } = await makeFirstKey(native, await singleThreadCurve(), r1cs, ptau, progress).catch(
        blamePhase1,
      );
      await write(out, key);
      return circuitHash;
    },
    contribute: (key, out, { name, entropy }, log) => next(key, out, { seed: drawSeed(entropy), name }, log),
    applyBeacon: (key, out, { name, ...beacon }, log) =>
      next(key, out, { seed: hashedBeacon(beacon), name, beacon }, log),
    sum: (points, scalars) => native.sumPoints(points, scalars),
  };
}

/** 64 bytes of the operating system's generator, hashed with what the person adds. */
function drawSeed(entropy: string): Uint8Array {
  const random = randomFillSync(new Uint8Array(64));
  const seed = createHash("blake2b512").update(random).update(entropy).digest();
  random.fill(0);
  return seed;
}

async function write(out: string | MemoryFile, bytes: Uint8Array): Promise<void> {
  if (typeof out === "string") await writeFile(out, bytes);
  else out.data = bytes;
}
