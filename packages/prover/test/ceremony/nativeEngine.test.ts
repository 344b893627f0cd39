import { createHash, randomBytes } from "node:crypto";
import crypto from "node:crypto";
import type { NativeGroth16 } from "@verimesh/prover-native";
import { expect } from "chai";
import type { Bn128 } from "ffjavascript";
import { zKey } from "snarkjs";
import { checkAgainstInitial, makeInitialKey } from "../../src/ceremony/checkKeyFile.ts";
import { nativeEngine } from "../../src/ceremony/nativeEngine.ts";
import { nextKey } from "../../src/ceremony/nextKey.ts";
import { singleThreadCurve } from "../../src/ceremony/singleThreadCurve.ts";
import { snarkjsEngine } from "../../src/ceremony/snarkjsEngine.ts";
import { logTo } from "../../src/ceremony/snarkjsLog.ts";
import { endThreads, readWhole } from "../../src/index.ts";
import { withAllThreads } from "../../src/prove/snarkjsCurve.ts";
import { randomCircuit } from "../helpers/randomCircuit.ts";
import { BEACON, circuit, expectRejection } from "./ceremonyFixture.ts";
import { cutPhase1 } from "./cutPhase1.ts";
import { native } from "./engines.ts";
import { pointOutsideG2, sectionOf, withSections } from "./keySurgery.ts";
import { makeKnownPhase1 } from "./knownPhase1.ts";
import { makePhase1, PHASE1_FILE } from "./makePhase1.ts";

const log = logTo("start", () => undefined);
const memory = () => ({ type: "mem" }) as { type: "mem"; data: Uint8Array };

if (native !== null) describeNative(native);

function describeNative(addon: NativeGroth16): void {
  describe("the native engine of a ceremony, beside snarkjs", () => {
    const engine = nativeEngine(addon);
    let curve: Bn128;
    let phase1: Uint8Array;
    let initial: Uint8Array;

    before(async () => {
      curve = await singleThreadCurve();
      phase1 = await readWhole(PHASE1_FILE);
      initial = await makeInitialKey({ r1cs: circuit.r1cs, ptau: phase1 }, snarkjsEngine, log);
    });
    after(endThreads);

    const startsAsSnarkjs = async (r1cs: Uint8Array, ptau: Uint8Array | string) => {
      const [found, expected] = [memory(), memory()];
      const hash = await engine.start(r1cs, ptau, found, log);
      const expectedHash = await snarkjsEngine.start(r1cs, ptau, expected, log);
      expect(Buffer.from(hash).equals(expectedHash), "circuit hash").to.equal(true);
      expect(Buffer.from(found.data).equals(expected.data), "file").to.equal(true);
    };

    it("refuses a phase-1 file that is cut off, too small, not prepared, or has points off the curve", async () => {
      const start = (ptau: Uint8Array, r1cs = circuit.r1cs) => engine.start(r1cs, ptau, memory(), log);
      await expectRejection(start(phase1.slice(0, -1)), "CEREMONY_PHASE1_INVALID", /ends beyond the file/);
      await expectRejection(start(cutPhase1(phase1, 4)), "CEREMONY_PHASE1_TOO_SMALL", /has 23: take/);
      for (const id of [12, 13, 14, 15]) {
        const changed = phase1.slice();
        const at = sectionInFile(phase1, id) + (id === 13 ? 128 : 64) * 40;
        changed[at] = changed[at]! ^ 1;
        await expectRejection(start(changed), "CEREMONY_PHASE1_INVALID", /is not on its curve/);
      }
      const short = withPtauSection(phase1, 14, new Uint8Array(64));
      await expectRejection(start(short), "CEREMONY_PHASE1_INVALID", /section 14 is too short/);
    });

    it("refuses to scale points that are on no curve", async () => {
      const l = sectionOf(initial, 8);
      l[70] = l[70]! ^ 1;
      const key = withSections(initial, new Map([[8, l]]));
      const next = engine.contribute(key, memory(), { name: "Ada", entropy: "x" }, log);
      await expectRejection(next, "CEREMONY_KEY_INVALID", /point 1 is not on its curve/);
    });

    it("refuses to multiply a delta that is on no curve, or in G2 outside the group of order r", async () => {
      const header = sectionOf(initial, 2);
      // (1, 1) in G1, a point of another curve; in G2 one of the curve's other points.
      const one = header.slice(468, 500);
      const changes: readonly (readonly [number, Uint8Array])[] = [
        [468, Uint8Array.of(...one, ...one)],
        [532, pointOutsideG2(curve)],
      ];
      for (const [at, point] of changes) {
        const changed = header.slice();
        changed.set(point, at);
        const key = withSections(initial, new Map([[2, changed]]));
        const next = engine.contribute(key, memory(), { name: "Ada", entropy: "x" }, log);
        await expectRejection(next, "CEREMONY_KEY_INVALID", /delta is not of its group/);
      }
    });

    it("starts with the same file, for circuits of all sizes that the phase serves", async () => {
      const sizes = [
        [1, 0, 0],
        [1, 1, 0],
        [2, 1, 3],
        [20, 1, 1],
        [61, 1, 1],
        [125, 1, 1],
      ] as const;
      for (const [i, [rows, outputs, inputs]] of sizes.entries()) {
        await startsAsSnarkjs(randomCircuit(rows, outputs, inputs, 50 + i).r1cs, i === 0 ? PHASE1_FILE : phase1);
      }
    });

    it("starts with the same file from a phase 1 of just the circuit's power, made so or cut from a larger one", async () => {
      await startsAsSnarkjs(circuit.r1cs, cutPhase1(phase1, 5));
      await startsAsSnarkjs(circuit.r1cs, await makePhase1("of just this power", 5));
    });

    it("starts with the same file where snarkjs hashes what lies behind the powers", async function () {
      if (!process.env["VERIMESH_DEEP"]) this.skip();
      this.timeout(1_200_000);
      const { r1cs } = randomCircuit(16_400, 1, 1, 3);
      // Of just the circuit's power, so that there is no power there, and of one more.
      await startsAsSnarkjs(r1cs, makeKnownPhase1(addon, phase1, 15));
      await startsAsSnarkjs(randomCircuit(16_300, 1, 1, 4).r1cs, makeKnownPhase1(addon, phase1, 15));
    });

    it("contributes with the same file, from the same randomness", async () => {
      const [random, expected] = [randomBytes(64), memory()];
      const original = crypto.randomFillSync;
      Object.assign(crypto, { randomFillSync: (bytes: Uint8Array) => (bytes.set(random), bytes) });
      try {
        await withAllThreads(() => zKey.contribute(initial, expected, "Ada", "typed"));
      } finally {
        Object.assign(crypto, { randomFillSync: original });
      }
      const seed = createHash("blake2b512").update(random).update("typed").digest();
      const scale = (points: Uint8Array, factor: Uint8Array) => addon.scalePoints(points, factor);
      const { key } = await nextKey(curve, initial, { seed, name: "Ada" }, scale);
      expect(Buffer.from(key).equals(expected.data)).to.equal(true);
      expect(
        seed.every((byte) => byte === 0),
        "the seed was left",
      ).to.equal(true);
    });

    it("applies a beacon with the same file, and snarkjs takes its contributions", async () => {
      const [one, two, found, expected] = [memory(), memory(), memory(), memory()];
      await engine.contribute(initial, one, { name: "Ada", entropy: "x" }, log);
      await engine.contribute(one.data, two, { name: "Björn", entropy: "x" }, log);
      const beacon = { name: "beacon", value: BEACON.value.slice(2), iterations: 10 };
      const hashes = [await engine.applyBeacon(two.data, found, beacon, log)];
      hashes.push(await snarkjsEngine.applyBeacon(two.data, expected, beacon, log));
      expect(Buffer.from(found.data).equals(expected.data)).to.equal(true);
      expect(Buffer.from(hashes[0]!).equals(hashes[1]!)).to.equal(true);
      expect(await withAllThreads(() => zKey.verifyFromR1cs(circuit.r1cs, phase1, found.data))).to.equal(true);
      await checkAgainstInitial({ key: found.data, initial, ptau: phase1 }, engine);
    });

    it("draws another factor each time, and goes on from what snarkjs wrote", async () => {
      const [first, other] = [memory(), memory()];
      for (const out of [first, other]) await engine.contribute(initial, out, { name: "Ada", entropy: "x" }, log);
      expect(Buffer.from(first.data).equals(other.data)).to.equal(false);
      const [bySnarkjs, next] = [memory(), memory()];
      await snarkjsEngine.contribute(first.data, bySnarkjs, { name: "Björn", entropy: "x" }, log);
      await engine.contribute(bySnarkjs.data, next, { name: "Chidi", entropy: "x" }, log);
      for (const [, each] of [["snarkjs", snarkjsEngine] as const, ["native", engine] as const]) {
        await checkAgainstInitial({ key: next.data, initial, ptau: phase1 }, each);
      }
    });

    it("sums as ffjavascript does", async () => {
      const points = sectionOf(initial, 9);
      const scalars = Uint8Array.from({ length: points.length / 2 }, (_, i) => (i % 32 > 29 ? 0 : (i * 77) & 255));
      const [found, expected] = [await engine.sum(points, scalars), await snarkjsEngine.sum(points, scalars)];
      expect(Buffer.from(found)).to.deep.equal(Buffer.from(expected));
    });
  });
}

/** Where a section's content begins. */
function sectionInFile(file: Uint8Array, wanted: number): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 12; ; at += 12 + Number(view.getBigUint64(at + 4, true))) {
    if (view.getUint32(at, true) === wanted) return at + 12;
  }
}

function withPtauSection(file: Uint8Array, wanted: number, content: Uint8Array): Uint8Array {
  const start = sectionInFile(file, wanted);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = start + Number(view.getBigUint64(start - 8, true));
  const changed = Buffer.concat([file.subarray(0, start), content, file.subarray(end)]);
  changed.writeBigUInt64LE(BigInt(content.length), start - 8);
  return new Uint8Array(changed);
}
