import { createHash } from "node:crypto";
import crypto from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildBn128 } from "ffjavascript";
import { powersOfTau } from "snarkjs";
import { exclusively } from "../../src/prove/snarkjsCurve.ts";

export const POWER = 7;
/** For tests only: whoever reads this file knows the secret of that one. */
export const PHASE1_FILE = join(import.meta.dirname, "phase1.ptau");

/**
 * Makes the phase-1 file that tests use, the same bytes each time: one contribution from a generator that is seeded here,
 * a beacon, and the Lagrange points of phase 2. Takes some seconds; `node packages/prover/test/ceremony/makePhase1.ts`
 * writes it anew.
 */
export async function makePhase1(seed = "verimesh test phase 1", power = POWER): Promise<Uint8Array> {
  const original = crypto.randomFillSync;
  const source = generator(seed);
  // snarkjs draws from here.
  Object.assign(crypto, { randomFillSync: source });
  try {
    return await exclusively(async () => {
      const curve = await buildBn128();
      const [empty, contributed, closed, prepared] = Array.from({ length: 4 }, () => ({ type: "mem" }) as MemoryFile);
      await powersOfTau.newAccumulator(curve, power, empty);
      await powersOfTau.contribute(empty, contributed, "test", "test");
      await powersOfTau.beacon(contributed, closed, "beacon", "00".repeat(32), 10);
      await powersOfTau.preparePhase2(closed, prepared);
      await curve.terminate();
      return prepared!.data;
    });
  } finally {
    Object.assign(crypto, { randomFillSync: original });
  }
}

interface MemoryFile {
  readonly type: "mem";
  readonly data: Uint8Array;
}

function generator(seed: string): (bytes: Uint8Array) => Uint8Array {
  let counter = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += 32) {
      const block = createHash("sha256").update(`${seed} ${counter++}`).digest();
      bytes.set(block.subarray(0, Math.min(32, bytes.length - at)), at);
    }
    return bytes;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PHASE1_FILE, await makePhase1());
