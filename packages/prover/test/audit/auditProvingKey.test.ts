import { type LinearConstraint, linearConstraints, type VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { readSections, requireSection, writeSections } from "../../src/binary/sections.ts";
import {
  auditProvingKey,
  calculateWitness,
  type DevSetup,
  linkWeights,
  readR1cs,
  readWitness,
  setupDev,
  verifyProof,
} from "../../src/index.ts";
import { tinyFixture, tinyModel, type TinyFixture } from "../helpers/tinyModel.ts";

const G1 = 64;
const G2 = 128;

/** The key with some bytes of one section replaced. */
function withBytes(key: Uint8Array, section: number, change: (bytes: Uint8Array) => void): Uint8Array {
  const { version, sections } = readSections(key, "zkey", "PROVING_KEY_INVALID");
  return writeSections(
    "zkey",
    version,
    [...sections].map(([id, bytes]) => {
      const copy = bytes.slice();
      if (id === section) change(copy);
      return [id, [copy]] as const;
    }),
  );
}

/** Copies one point over another. */
const copyPoint = (to: number, from: number, size: number) => (bytes: Uint8Array) =>
  bytes.copyWithin(to * size, from * size, (from + 1) * size);

/** The skeleton with a row `0 · 0 = 0` in place of each linear row that `keep` drops. */
function linkSome(skeleton: Uint8Array, keep: (index: number) => boolean): Uint8Array {
  const all = [...linearConstraints(tinyModel)];
  const kept = linkWeights(
    skeleton,
    all.filter((_, index) => keep(index)),
  );
  const dropped = all.filter((_, index) => !keep(index)).length;
  const { version, sections } = readSections(kept, "r1cs", "R1CS_INVALID");
  return writeSections(
    "r1cs",
    version,
    [...sections].map(([id, bytes]) => {
      if (id === 2) return [id, [bytes, new Uint8Array(12 * dropped)]] as const;
      if (id !== 1) return [id, [bytes]] as const;
      const header = bytes.slice();
      new DataView(header.buffer).setUint32(60, readR1cs(kept).constraints + dropped, true);
      return [id, [header]] as const;
    }),
  );
}

describe("auditProvingKey", () => {
  let tiny: TinyFixture;
  let key: Uint8Array;
  let witness: readonly bigint[];
  before(async () => {
    tiny = await tinyFixture();
    key = tiny.setup.provingKey;
    witness = readWitness(await calculateWitness(tiny.circuit.witnessCalculator, tiny.inputs));
  });

  const audit = async (provingKey: Uint8Array, r1cs = tiny.linked): Promise<string | undefined> => {
    const { mismatch, proofs } = await auditProvingKey(r1cs, provingKey, { witnesses: [witness] });
    expect(proofs).to.have.length(mismatch === undefined ? 1 : 0);
    return mismatch;
  };
  const keyOf = async (constraints: Iterable<LinearConstraint>): Promise<DevSetup> =>
    setupDev(linkWeights(tiny.circuit.r1cs, constraints));

  it("refuses a key of the circuit without its weights", async () => {
    const { provingKey } = await setupDev(tiny.circuit.r1cs);
    expect(await audit(provingKey)).to.match(/entries|points of H/);
    const padded = await setupDev(linkSome(tiny.circuit.r1cs, () => false));
    expect(await audit(padded.provingKey)).to.match(/no linear row is in the key/);
  });

  it("refuses a key that leaves out one accumulator's row", async () => {
    for (const dropped of [0, 4]) {
      const { provingKey } = await setupDev(linkSome(tiny.circuit.r1cs, (index) => index !== dropped));
      // Its proofs of true statements hold: only the wire that it leaves free tells.
      expect(await audit(provingKey), `row ${dropped}`).to.match(/is not held to its linear row|does not hold/);
    }
  });

  it("refuses a key of one other weight, or one other bias", async () => {
    const changes: ((row: LinearConstraint, index: number) => LinearConstraint)[] = [
      (row, index) =>
        index === 1 ? { ...row, coefficients: row.coefficients.with(2, row.coefficients[2]! + 1) } : row,
      (row, index) => (index === 3 ? { ...row, constant: row.constant + 1 } : row),
    ];
    for (const change of changes) {
      const { provingKey } = await keyOf([...linearConstraints(tinyModel)].map(change));
      expect(await audit(provingKey)).to.match(/of other weights/);
    }
  });

  it("refuses a key in which points were exchanged for others of the curve", async () => {
    const wires = readR1cs(tiny.linked).wires;
    const points: readonly [section: number, name: string, size: number, to: number, from: number][] = [
      [3, "IC", G1, 1, 2],
      [5, "A", G1, 5, 6],
      [5, "A of the last wire", G1, wires - 1, 7],
      [6, "B1", G1, wires - 1, wires - 2],
      [7, "B2", G2, wires - 1, wires - 2],
      [8, "C", G1, 0, 1],
      [9, "H", G1, 3, 4],
    ];
    for (const [section, name, size, to, from] of points) {
      expect(await audit(withBytes(key, section, copyPoint(to, from, size))), name).to.be.a("string");
    }
    // alpha1, beta1 and beta2, delta1 and delta2 in the header.
    const header: readonly [name: string, to: number, from: number, length: number][] = [
      ["alpha1", 84, 148, G1],
      ["beta1", 148, 84, G1],
      ["beta2", 212, 532, G2],
      ["gamma2", 340, 212, G2],
      ["delta1", 468, 84, G1],
      ["delta2", 532, 212, G2],
    ];
    for (const [name, to, from, length] of header) {
      const changed = withBytes(key, 2, (bytes) => bytes.copyWithin(to, from, from + length));
      expect(await audit(changed), name).to.be.a("string");
    }
  });

  it("refuses points that are not on their curve, naming them", async () => {
    for (const [section, name, size] of [
      [5, "A", G1],
      [7, "B2", G2],
      [9, "H", G1],
    ] as const) {
      const changed = withBytes(key, section, (bytes) => void (bytes[2 * size] = bytes[2 * size]! ^ 1));
      expect(await audit(changed)).to.equal(`the point ${name}[2] is not on its curve`);
    }
  });

  it("refuses other entries of A and B than the circuit's, whichever part of one was changed", async () => {
    const { sections } = readSections(key, "zkey", "PROVING_KEY_INVALID");
    const entries = requireSection({ version: 1, sections }, 4, "zkey", "PROVING_KEY_INVALID");
    const count = new DataView(entries.buffer, entries.byteOffset).getUint32(0, true);
    for (const index of [0, count - 1]) {
      for (const offset of [0, 4, 8, 12]) {
        const changed = withBytes(key, 4, (bytes) => void (bytes[4 + 44 * index + offset]! ^= 1));
        expect(await audit(changed), `entry ${index}, byte ${offset}`).to.match(/entr/);
      }
    }
  });

  it("refuses a key with another number of wires or public signals, and what is no key", async () => {
    const other = linkWeights(tiny.circuit.r1cs, [...linearConstraints(tinyModel)]);
    const grown = readSections(other, "r1cs", "R1CS_INVALID").sections.get(1)!.slice();
    new DataView(grown.buffer).setUint32(36, readR1cs(other).wires + 1, true);
    const { version, sections } = readSections(other, "r1cs", "R1CS_INVALID");
    const wider = writeSections(
      "r1cs",
      version,
      [...sections].map(([id, bytes]) => [id, [id === 1 ? grown : bytes]] as const),
    );
    expect(await audit(key, wider)).to.match(/wires; the circuit takes/);
    const error = await audit(key.subarray(0, -1)).catch((thrown: unknown) => thrown);
    expect((error as VerimeshError).code).to.equal("PROVING_KEY_INVALID");
  });

  it("passes the model's own key, and another key of the same circuit", async () => {
    const { mismatch, proofs } = await auditProvingKey(tiny.linked, key, { witnesses: [witness] });
    expect(mismatch).to.equal(undefined);
    expect(await verifyProof(tiny.setup.verificationKey, tiny.publicSignals, proofs[0]!)).to.equal(true);
    expect(await audit((await setupDev(tiny.linked)).provingKey)).to.equal(undefined);
  });
});
