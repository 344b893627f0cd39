import { BN254_SCALAR_ORDER as R, proofToJson } from "@verimesh/core";
import { hasCompiler, NativeGroth16, supportedEngines } from "@verimesh/prover-native";
import { expect } from "chai";
import { writeFieldElement } from "../src/binary/fieldElements.ts";
import { readVerificationKey, verifyProof } from "../src/index.ts";
import { makeDevKey } from "../src/setup/makeDevKey.ts";
import { drawToxicWaste } from "../src/setup/toxicWaste.ts";
import { proveWithBlinding } from "./helpers/fixedBlinding.ts";
import { randomCircuit } from "./helpers/randomCircuit.ts";

// Without a compiler there is nothing to test; with one, a build that fails is a failure.
const engines = hasCompiler() ? await supportedEngines() : [];
// Built here, where no test waits for it.
for (const engine of engines.filter(isWanted)) await NativeGroth16.load(engine);

/** Rows, public outputs, public inputs. */
const shapes = [
  [1, 1, 0],
  [2, 1, 1],
  [13, 1, 2],
  [60, 3, 0],
  [61, 3, 0],
  [700, 2, 5],
  [9000, 1, 3],
] as const;

for (const engine of engines.filter(isWanted)) {
  describe(`the native engine ${engine} beside snarkjs`, () => {
    let native: NativeGroth16;
    before(async () => {
      native = await NativeGroth16.load(engine);
    });

    shapes.forEach(([rows, outputs, inputs], seed) => {
      it(`makes the same key and the same proof of ${rows} constraints`, async function () {
        if (rows > 1000 && engine !== engines[0]) this.skip();
        const { r1cs, wtns, witness } = randomCircuit(rows, outputs, inputs, seed);
        const waste = drawToxicWaste(2 ** 20);
        const { tau, alpha, beta, gamma, delta } = waste;
        const zkey = await native.setup(r1cs, { secrets: bytesOf([tau, alpha, beta, gamma, delta]) });
        expect(Buffer.compare(zkey, await makeDevKey(r1cs, () => undefined, waste))).to.equal(0);
        for (const [r, s] of [
          [1n, 0n],
          [tau, R - 1n],
        ] as const) {
          const key = await native.loadKey(zkey);
          const { proof, publicSignals } = await native.prove(key, wtns, { threads: 3, blinding: bytesOf([r, s]) });
          const expected = await proveWithBlinding(zkey, wtns, r, s);
          expect({ proof: proofToJson(proof), publicSignals: publicSignals.map(String) }).to.deep.equal(expected);
          expect(publicSignals).to.deep.equal(witness.slice(1, 1 + outputs + inputs));
          expect(await verifyProof(readVerificationKey(zkey), publicSignals, proof)).to.equal(true);
        }
      });
    });

    it("draws new blinding factors for every proof, and a new key every time", async () => {
      const { r1cs, wtns } = randomCircuit(20, 1, 1, 99);
      const [zkey, other] = [await native.setup(r1cs), await native.setup(r1cs)];
      expect(Buffer.compare(zkey, other)).not.to.equal(0);
      const key = await native.loadKey(zkey);
      const proofs = [await native.prove(key, wtns), await native.prove(key, wtns)];
      expect(proofs[0]!.proof.a).not.to.deep.equal(proofs[1]!.proof.a);
      for (const { proof, publicSignals } of proofs) {
        expect(await verifyProof(readVerificationKey(zkey), publicSignals, proof)).to.equal(true);
        expect(await verifyProof(readVerificationKey(other), publicSignals, proof)).to.equal(false);
      }
    });
  });
}

function bytesOf(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(32 * values.length);
  values.forEach((value, i) => writeFieldElement(new DataView(bytes.buffer), 32 * i, value));
  return bytes;
}

/** `VERIMESH_NATIVE_ENGINE` leaves one. */
function isWanted(engine: string): boolean {
  return (process.env["VERIMESH_NATIVE_ENGINE"] || engine) === engine;
}
