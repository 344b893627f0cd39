import { VerimeshError } from "@verimesh/core";
import { auditCurve } from "../audit/auditCurve.ts";
import { G1_BYTES } from "../binary/points.ts";
import { readProvingKey } from "../prove/readProvingKey.ts";
import { blameKey } from "./blame.ts";
import type { CeremonyEngine } from "./CeremonyEngine.ts";
import { randomFactors } from "./randomFactors.ts";

/**
 * Checks the points that contributions change: L and H must be those of the first key over delta. They are taken as a
 * whole, with random factors that nobody could know when the key was made: a false one passes with a chance of 2^-128.
 *
 * snarkjs compares H with phase 1 instead, through a random polynomial that has no highest coefficient, as phase 1 may lack
 * the power for it. So there H may be off by multiples of one vector, and who hands out such a first key can choose a point
 * and learn it over the final delta, which is enough to forge.
 *
 * @param initial the key before the first contribution
 * @throws VerimeshError CEREMONY_KEY_INVALID
 */
export async function checkPoints(key: Uint8Array, initial: Uint8Array, engine: CeremonyEngine): Promise<void> {
  const [given, first] = [readProvingKey(key), readProvingKey(initial)];
  const points = Buffer.concat([given.section(8), given.section(9)]);
  const expected = Buffer.concat([first.section(8), first.section(9)]);
  const factors = randomFactors(points.length / G1_BYTES);
  const found = await engine.sum(points, factors).catch(blameKey);
  const curve = await auditCurve();
  const { G1, G2 } = curve;
  const wanted = await engine.sum(expected, factors);
  const delta2 = new Uint8Array(given.header.buffer, given.header.byteOffset + 532, 128);
  const infinite = G1.isZero(found) || G1.isZero(wanted);
  const follows = infinite ? G1.eq(found, wanted) : await curve.pairingEq(found, delta2, G1.neg(wanted), G2.gAffine);
  if (follows) return;
  throw new VerimeshError("This key's points do not follow from its contributions.", {
    code: "CEREMONY_KEY_INVALID",
    details: "Its sections L and H are not those of the first key over its delta.",
    docsPath: "ceremony.md",
  });
}
