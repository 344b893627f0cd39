import { BN254_SCALAR_ORDER as R, type Groth16Proof } from "@verimesh/core";
import { expect } from "chai";
import type { Bn128 } from "ffjavascript";
import { powersOfTau, zKey } from "snarkjs";
import { inverseR, powR } from "../../src/binary/fieldElements.ts";
import { readG1, viewOf } from "../../src/binary/points.ts";
import { checkAgainstInitial, makeInitialKey } from "../../src/ceremony/checkKeyFile.ts";
import { singleThreadCurve } from "../../src/ceremony/singleThreadCurve.ts";
import { snarkjsEngine } from "../../src/ceremony/snarkjsEngine.ts";
import { logTo } from "../../src/ceremony/snarkjsLog.ts";
import { endThreads, readVerificationKey, readWhole, verifyProof } from "../../src/index.ts";
import { proveWithSnarkjs } from "../../src/prove/proveWithSnarkjs.ts";
import { withAllThreads } from "../../src/prove/snarkjsCurve.ts";
import { circuit, expectRejection } from "./ceremonyFixture.ts";
import { cutPhase1 } from "./cutPhase1.ts";
import { engines } from "./engines.ts";
import { sectionOf, withSections } from "./keySurgery.ts";
import { makePhase1, PHASE1_FILE } from "./makePhase1.ts";

const log = logTo("start", () => undefined);
const memory = () => ({ type: "mem" }) as { type: "mem"; data: Uint8Array };
const POINT = 64;

/**
 * snarkjs' check of H leaves out the highest coefficient of its random polynomial. To H_i may be added w^(2i+1) times any
 * point, w the root of unity of the doubled domain: proofs still hold, and snarkjs' check does not change by it.
 */
describe("H, off by multiples of the vector that snarkjs does not look at", () => {
  let curve: Bn128;
  let phase1: Uint8Array;
  let initial: Uint8Array;
  let tampered: Uint8Array;

  before(async () => {
    curve = await singleThreadCurve();
    phase1 = await readWhole(PHASE1_FILE);
    initial = await makeInitialKey({ r1cs: circuit.r1cs, ptau: phase1 }, snarkjsEngine, log);
    // After it, the functional below gives the point of a public signal instead of what it gave.
    const h = sectionOf(initial, 9);
    const wanted = subtract(sectionOf(initial, 3).slice(POINT, 2 * POINT), functional(h));
    tampered = withSections(initial, new Map([[9, shifted(h, wanted)]]));
  });
  after(endThreads);

  const add = (a: Uint8Array, b: Uint8Array) => curve.G1.sub(curve.G1.toAffine(a), curve.G1.toAffine(curve.G1.neg(b)));
  const subtract = (a: Uint8Array, b: Uint8Array) => add(a, curve.G1.neg(b));
  /** w^(exponent · (2i + 1)). */
  const factor = (count: number, i: number, exponent: bigint) => {
    const root = powR(5n, (R - 1n) / BigInt(2 * count));
    return powR(powR(root, BigInt(2 * i + 1)), exponent);
  };
  /** Σ w^−(2i+1) · H_i. */
  function functional(h: Uint8Array): Uint8Array {
    const count = h.length / POINT;
    let sum = subtract(curve.G1.g, curve.G1.g);
    for (let i = 0; i < count; i++) {
      const term = curve.G1.timesScalar(pointOf(h, i), factor(count, i, BigInt(2 * count - 1)));
      sum = add(sum, term);
    }
    return curve.G1.toAffine(sum);
  }
  /** H_i + w^(2i+1) / N · point. */
  function shifted(h: Uint8Array, point: Uint8Array): Uint8Array {
    const [result, count] = [h.slice(), h.length / POINT];
    for (let i = 0; i < count; i++) {
      const scaled = curve.G1.timesScalar(point, (factor(count, i, 1n) * inverseR(BigInt(count))) % R);
      result.set(curve.G1.toAffine(add(pointOf(h, i), scaled)), i * POINT);
    }
    return result;
  }

  for (const [name, engine] of engines) {
    it(`is refused with ${name}, before and after somebody contributed`, async () => {
      const next = memory();
      await engine.contribute(tampered, next, { name: "Ada", entropy: "x" }, log);
      for (const key of [tampered, next.data]) {
        const checked = checkAgainstInitial({ key, initial, ptau: phase1 }, engine);
        await expectRejection(checked, "CEREMONY_KEY_INVALID", /do not follow from its contributions/);
      }
    });

    it(`is refused with ${name} where the phase-1 file has it`, async () => {
      const [ptau, first] = [cutPhase1(phase1, 5), memory()];
      await engine.start(circuit.r1cs, ptau, first, log);
      await checkAgainstInitial({ key: first.data, initial: first.data, ptau }, engine);
      const wrong = withSections(first.data, new Map([[9, shifted(sectionOf(first.data, 9), curve.G1.gAffine)]]));
      for (const file of [ptau, phase1]) {
        const checked = checkAgainstInitial({ key: wrong, initial: wrong, ptau: file }, engine);
        await expectRejection(checked, "CEREMONY_PHASE1_INVALID", /Lagrange points do not follow/);
      }
    });
  }

  it("would let whoever handed out the first key forge, though everybody else was honest and snarkjs found it sound", async () => {
    const final = memory();
    await withAllThreads(() => zKey.contribute(tampered, final, "Ada", "nobody knows this"));
    expect(await withAllThreads(() => zKey.verifyFromR1cs(circuit.r1cs, phase1, final.data))).to.equal(true);
    const verificationKey = readVerificationKey(final.data);
    const { proof, publicSignals } = await proveWithSnarkjs(final.data, circuit.wtns);
    expect(await verifyProof(verificationKey, publicSignals, proof)).to.equal(true);

    // The public signal's point over a delta that the forger does not know moves the signal by 1.
    const bridge = functional(sectionOf(final.data, 9));
    const false_ = [(publicSignals[0]! + 1n) % R, ...publicSignals.slice(1)];
    expect(await verifyProof(verificationKey, false_, proof)).to.equal(false);
    const c = curve.G1.fromObject([...proof.c, 1n]);
    const moved = curve.G1.toAffine(subtract(c, bridge));
    const forged: Groth16Proof = { ...proof, c: readG1(viewOf(moved), 0) };
    expect(await verifyProof(verificationKey, false_, forged)).to.equal(true);
  });

  it("is not seen by snarkjs' check of a phase-1 file of just the circuit's power", async () => {
    const made = await makePhase1("of just this power", 5);
    const view = new DataView(made.buffer, made.byteOffset, made.byteLength);
    let at = 12;
    while (view.getUint32(at, true) !== 12) at += 12 + Number(view.getBigUint64(at + 4, true));
    // L_k + w^k · generator in the doubled domain, whose odd points are H.
    const start = at + 12 + POINT * 63;
    for (let k = 0; k < 64; k++) {
      const place = made.subarray(start + POINT * k, start + POINT * (k + 1));
      const scaled = curve.G1.timesScalar(curve.G1.gAffine, powR(powR(5n, (R - 1n) / 64n), BigInt(k)));
      place.set(curve.G1.toAffine(add(place.slice(), scaled)));
    }
    type Verify = (ptau: Uint8Array, log: unknown) => Promise<boolean>;
    const phase1Holds = await withAllThreads(() => (powersOfTau.verify as unknown as Verify)(made, log));
    for (const [, engine] of engines) {
      const first = await makeInitialKey({ r1cs: circuit.r1cs, ptau: made }, engine, log);
      const checked = checkAgainstInitial({ key: first, initial: first, ptau: made }, engine);
      await expectRejection(checked, "CEREMONY_PHASE1_INVALID", /Lagrange points do not follow/);
    }
    expect(phase1Holds, "snarkjs").to.equal(true);
  });
});

function pointOf(points: Uint8Array, i: number): Uint8Array {
  return points.slice(i * POINT, (i + 1) * POINT);
}
