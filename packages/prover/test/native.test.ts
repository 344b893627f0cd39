import { BN254_SCALAR_ORDER as R, proofToJson } from "@verimesh/core";
import { hasCompiler, NativeGroth16, supportedEngines } from "@verimesh/prover-native";
import { expect } from "chai";
import { writeFieldElement } from "../src/binary/fieldElements.ts";
import { readVerificationKey, verifyProof } from "../src/index.ts";
import { makeDevKey } from "../src/setup/makeDevKey.ts";
import { drawToxicWaste } from "../src/setup/toxicWaste.ts";
import { proveWithBlinding } from "./helpers/fixedBlinding.ts";
import { type RandomCircuit, randomCircuit } from "./helpers/randomCircuit.ts";

// Without a compiler there is nothing to test; with one, a build that fails is a failure.
const engines = hasCompiler() ? await supportedEngines() : [];
// Built here, where no test waits for it.
for (const engine of engines.filter(isWanted)) await NativeGroth16.load(engine);

const isDeep = process.env["VERIMESH_DEEP"] === "1";

/** Rows, public outputs, public inputs. */
type Shape = readonly [rows: number, outputs: number, inputs: number];
const shapes: readonly Shape[] = [
  [1, 1, 0],
  [2, 1, 1],
  [13, 1, 2],
  [60, 3, 0],
  [61, 3, 0],
  [700, 2, 5],
];
/** More than 8,192 rows: transforms take more than one block, tables their wide windows. */
const large: Shape = [9000, 1, 3];

/** What JavaScript makes of a circuit, for all engines. */
interface Reference {
  readonly circuit: RandomCircuit;
  readonly secrets: Uint8Array;
  readonly zkey: Uint8Array;
  readonly proofs: readonly { readonly blinding: Uint8Array; readonly expected: unknown }[];
}

const references = new Map<number, Promise<Reference>>();
function referenceOf(seed: number): Promise<Reference> {
  const reference = references.get(seed) ?? makeReference(seed);
  references.set(seed, reference);
  return reference;
}

async function makeReference(seed: number): Promise<Reference> {
  const isSmall = seed < shapes.length;
  const circuit = randomCircuit(...(shapes[seed] ?? large), seed);
  const waste = drawToxicWaste(2 ** 20);
  const { tau, alpha, beta, gamma, delta } = waste;
  const zkey = await makeDevKey(circuit.r1cs, () => undefined, waste);
  const proofs: Reference["proofs"][number][] = [];
  for (const [r, s] of [
    [1n, 0n],
    [tau, R - 1n],
  ] as const) {
    // Five seconds where it is large, and no other fault than in a small one that a verifier would not see.
    const expected = isSmall || isDeep ? await proveWithBlinding(zkey, circuit.wtns, r, s) : null;
    proofs.push({ blinding: bytesOf([r, s]), expected });
  }
  return { circuit, secrets: bytesOf([tau, alpha, beta, gamma, delta]), zkey, proofs };
}

for (const engine of engines.filter(isWanted)) {
  describe(`the native engine ${engine} beside snarkjs`, () => {
    let native: NativeGroth16;
    before(async () => {
      native = await NativeGroth16.load(engine);
    });

    for (const [seed, [rows, outputs, inputs]] of [...shapes, large].entries()) {
      const isCompared = seed < shapes.length || isDeep;
      it(`makes the same key of ${rows} constraints, and ${isCompared ? "the same proof" : "proofs that hold"}`, async () => {
        const { circuit, secrets, zkey, proofs } = await referenceOf(seed);
        expect(Buffer.compare(await native.setup(circuit.r1cs, { secrets }), zkey)).to.equal(0);
        const key = await native.loadKey(zkey);
        for (const { blinding, expected } of proofs) {
          const { proof, publicSignals } = await native.prove(key, circuit.wtns, { threads: 3, blinding });
          const made = { proof: proofToJson(proof), publicSignals: publicSignals.map(String) };
          if (isCompared) expect(made).to.deep.equal(expected);
          expect(publicSignals).to.deep.equal(circuit.witness.slice(1, 1 + outputs + inputs));
          expect(await verifyProof(readVerificationKey(zkey), publicSignals, proof)).to.equal(true);
        }
      });
    }

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
