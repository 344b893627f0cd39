import { BN254_SCALAR_ORDER as R, VerimeshError } from "@verimesh/core";
import { auditCurve } from "../audit/auditCurve.ts";
import { FIELD_BYTES, readFieldElement } from "../binary/fieldElements.ts";
import { G2_BYTES, viewOf } from "../binary/points.ts";
import { readProvingKey } from "../prove/readProvingKey.ts";
import { blamePhase1 } from "./blame.ts";
import type { CeremonyEngine } from "./CeremonyEngine.ts";
import { Phase1File, POWERS } from "./Phase1File.ts";
import { randomFactors } from "./randomFactors.ts";

/**
 * Checks that the H section of a first key follows from phase 1's powers: for a random polynomial p, (X^N − 1) · p at tau
 * must be the same from the powers and from its values at the odd roots of the doubled domain, where X^N is −1.
 *
 * A phase-1 file of just the circuit's power has no tau^(2N−1), which p's highest coefficient takes. Its Lagrange points
 * were made with zero in its place, or, where the file was cut from a larger one, with the power itself: one or the other,
 * which a pairing shows.
 *
 * @throws VerimeshError CEREMONY_PHASE1_INVALID
 */
export async function checkHOfPhase1(
  initial: Uint8Array,
  ptau: string | Uint8Array,
  engine: CeremonyEngine,
): Promise<void> {
  const { domain, section } = readProvingKey(initial);
  const power = Math.log2(domain);
  const curve = await auditCurve();
  const { Fr, G1, G2 } = curve;
  const plain = randomFactors(domain);
  const coefficients = await Fr.batchToMontgomery(plain);
  const negative = await Fr.batchFromMontgomery(await Fr.batchApplyKey(coefficients, Fr.fromObject(R - 1n), Fr.one));
  const shifted = await Fr.batchApplyKey(coefficients, Fr.fromObject(R - 2n), Fr.w[power + 1]!);
  const values = await Fr.batchFromMontgomery(await Fr.fft(shifted));
  const phase1 = await Phase1File.open(ptau);
  try {
    const count = phase1.power > power ? 2 * domain : 2 * domain - 1;
    const powers = await phase1.points(POWERS.tau1, 0, count);
    const ofPowers = await engine
      .sum(powers, Buffer.concat([negative, plain]).subarray(0, FIELD_BYTES * count))
      .catch(blamePhase1);
    const rest = G1.toAffine(G1.sub(await engine.sum(section(9), values).catch(blamePhase1), ofPowers));
    if (G1.isZero(rest)) return;
    if (phase1.power === power) {
      const highest = readFieldElement(viewOf(plain), FIELD_BYTES * (domain - 1));
      const half1 = G1.toAffine(G1.timesScalar(powers.slice(64 * domain, 64 * domain + 64), highest));
      const half2 = await phase1.points(POWERS.tau2, domain - 1, 1, G2_BYTES);
      if (await curve.pairingEq(rest, G2.gAffine, G1.neg(half1), half2)) return;
    }
  } finally {
    await phase1.close();
  }
  throw new VerimeshError("This phase-1 file's Lagrange points do not follow from its powers.", {
    code: "CEREMONY_PHASE1_INVALID",
    details: "It was changed, or prepared for phase 2 wrongly: take a public file, and compare its blake2b hash.",
    docsPath: "ceremony.md",
  });
}
