import { expect } from "chai";
import type { VerimeshError } from "@verimesh/core";
import {
  type Groth16Proof,
  type ProvenJob,
  BN254_SCALAR_ORDER,
  decodeVerificationKey,
  encodeVerificationKey,
  fromSolidityProof,
  proofFromJson,
  proofToJson,
  toSolidityProof,
  verificationKeyFromJson,
  verificationKeyToJson,
} from "@verimesh/core";
import { zKey } from "snarkjs";
import {
  ProcessProver,
  SnarkjsProver,
  hashR1cs,
  linkModel,
  readVerificationKey,
  setupDev,
  verifyProof,
} from "../src/index.ts";
import { type TinyFixture, codeOf, tinyFixture, tinyModel } from "./helpers/tinyModel.ts";

describe("proving a linked model", () => {
  const prover = new ProcessProver();
  let tiny: TinyFixture;
  let proven: ProvenJob;
  const job = () => ({
    provingKey: tiny.setup.provingKey,
    witnessCalculator: tiny.circuit.witnessCalculator,
    inputs: tiny.inputs,
  });
  const verify = (signals: readonly bigint[], proof: Groth16Proof) =>
    verifyProof(tiny.setup.verificationKey, signals, proof);

  before(async () => {
    tiny = await tinyFixture();
    proven = await prover.prove(job());
  });
  after(() => prover.terminate());

  it("refuses an accumulator that is off by one, naming the constraint if the circuit is given", async () => {
    for (const name of ["v_1", "v_3"]) {
      const values = [...(tiny.inputs[name] as bigint[])];
      // Small enough to leave every later value as it is: only the linked row can tell.
      values[0] = values[0]! + 1n;
      const inputs = { ...tiny.inputs, [name]: values };
      expect(await codeOf(prover.prove({ ...job(), inputs })), name).to.equal("WITNESS_UNSATISFIED");
      const error = await prover.prove({ ...job(), inputs, r1cs: tiny.linked }).catch((e: VerimeshError) => e);
      expect((error as VerimeshError).shortMessage).to.match(/constraint \d+/);
    }
  });

  it("refuses inputs that the circuit does not have, or in another number, or out of range", async () => {
    const withoutBinding = Object.fromEntries(Object.entries(tiny.inputs).filter(([name]) => name !== "binding"));
    const bad = [withoutBinding, { ...tiny.inputs, y: 1n }, { ...tiny.inputs, x: [1n] }];
    for (const inputs of bad) {
      expect(await codeOf(prover.prove({ ...job(), inputs }))).to.equal("CIRCUIT_INPUT_INVALID");
    }
    const outOfRange = { ...tiny.inputs, x: [256n, 255n, 17n, 200n] };
    expect(await codeOf(prover.prove({ ...job(), inputs: outOfRange }))).to.equal("WITNESS_UNSATISFIED");
  });

  it("refuses a corrupt witness calculator or proving key, and a key of another circuit", async () => {
    const { provingKey, witnessCalculator } = job();
    const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 9);
    const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const codes = await Promise.all([
      codeOf(prover.prove({ ...job(), witnessCalculator: cut(witnessCalculator) })),
      codeOf(prover.prove({ ...job(), witnessCalculator: new Uint8Array(8) })),
      codeOf(prover.prove({ ...job(), provingKey: cut(provingKey) })),
      codeOf(prover.prove({ ...job(), provingKey: new Uint8Array(0) })),
      // alpha, then a point of H.
      codeOf(prover.prove({ ...job(), provingKey: flipped(provingKey, 12 + 16 + 12 + 84) })),
      codeOf(prover.prove({ ...job(), provingKey: flipped(provingKey, provingKey.length - 100) })),
    ]);
    expect(codes.slice(0, 5)).to.deep.equal([
      "WITNESS_CALCULATOR_INVALID",
      "WITNESS_CALCULATOR_INVALID",
      "PROVING_KEY_INVALID",
      "PROVING_KEY_INVALID",
      "PROVING_KEY_INVALID",
    ]);
    expect(codes[5]).to.equal("WITNESS_UNSATISFIED");
  });

  it("rejects the proof under other signals, as many as there are ways", async () => {
    for (let i = 0; i < proven.publicSignals.length; i++) {
      for (const value of [proven.publicSignals[i]! + 1n, proven.publicSignals[i]! + BN254_SCALAR_ORDER, -1n]) {
        expect(await verify(proven.publicSignals.with(i, value), proven.proof), `${i}: ${value}`).to.equal(false);
      }
    }
    expect(await verify(proven.publicSignals.slice(1), proven.proof)).to.equal(false);
    expect(await verify([...proven.publicSignals, 0n], proven.proof)).to.equal(false);
  });

  it("rejects the proof with any coordinate changed", async () => {
    const words = toSolidityProof(proven.proof);
    for (let i = 0; i < words.length; i++) {
      const changed = fromSolidityProof(words.with(i, words[i]! - 1n));
      expect(await verify(proven.publicSignals, changed), `coordinate ${i}`).to.equal(false);
    }
  });

  it("proves the reference's answer, verified by snarkjs", async () => {
    expect(proven.publicSignals).to.deep.equal(tiny.publicSignals);
    expect(await verify(proven.publicSignals, proven.proof)).to.equal(true);
    expect(proven.witnessSeconds).to.be.greaterThan(0);
    expect(proven.proveSeconds).to.be.greaterThan(0);
  });

  it("proves in this process as well", async () => {
    const local = new SnarkjsProver();
    try {
      const { proof, publicSignals } = await local.prove({ ...job(), r1cs: tiny.linked });
      expect(await local.verify(tiny.setup.verificationKey, publicSignals, proof)).to.equal(true);
    } finally {
      await local.terminate();
    }
  });

  it("makes a key whose verification key is the one that snarkjs exports", async () => {
    const exported = (await zKey.exportVerificationKey(tiny.setup.provingKey)) as Record<string, unknown>;
    await (globalThis as { curve_bn128?: { terminate(): Promise<void> } | null }).curve_bn128?.terminate();
    expect(exported).to.deep.include(verificationKeyToJson(tiny.setup.verificationKey));
    expect(verificationKeyFromJson(exported)).to.deep.equal(tiny.setup.verificationKey);
  });

  it("gives another circuit and another key when two weights are swapped, and the old proof does not pass", async () => {
    const [node, ...rest] = tinyModel.nodes;
    if (node?.kind !== "dense") throw new Error("not dense");
    const weights = node.weights.with(0, node.weights[3]!).with(3, node.weights[0]!);
    const linked = linkModel(tiny.circuit.r1cs, { ...tinyModel, nodes: [{ ...node, weights }, ...rest] });
    expect(hashR1cs(linked)).not.to.equal(hashR1cs(tiny.linked));
    const { provingKey, verificationKey } = await setupDev(linked);
    expect(verificationKey).not.to.deep.equal(tiny.setup.verificationKey);
    expect(await verifyProof(verificationKey, proven.publicSignals, proven.proof)).to.equal(false);
    expect(await codeOf(prover.prove({ ...job(), provingKey }))).to.equal("WITNESS_UNSATISFIED");
  });

  it("draws new secrets for each key", async () => {
    const again = await setupDev(tiny.linked);
    expect(again.verificationKey.alpha).not.to.deep.equal(tiny.setup.verificationKey.alpha);
    expect(again.verificationKey.delta).not.to.deep.equal(tiny.setup.verificationKey.delta);
    expect(again.verificationKey.gamma).not.to.deep.equal(again.verificationKey.delta);
  });

  it("stops at once when aborted, and proves again afterwards", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = prover.prove(job(), { signal: controller.signal }).catch((error: unknown) => error);
    setTimeout(() => controller.abort(reason), 20);
    expect(await pending).to.equal(reason);
    const early = await prover.prove(job(), { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error);
    expect(early).to.equal(reason);
    const late = new AbortController();
    const setup = setupDev(tiny.linked, { signal: late.signal }).catch((error: unknown) => error);
    late.abort(reason);
    expect(await setup).to.equal(reason);
    expect((await prover.prove(job())).publicSignals).to.deep.equal(tiny.publicSignals);
  });

  describe("in the contracts' and in snarkjs' formats", () => {
    it("keeps proof and key, there and back", () => {
      const { verificationKey } = tiny.setup;
      expect(fromSolidityProof(toSolidityProof(proven.proof))).to.deep.equal(proven.proof);
      expect(proofFromJson(JSON.parse(JSON.stringify(proofToJson(proven.proof))))).to.deep.equal(proven.proof);
      expect(decodeVerificationKey(encodeVerificationKey(verificationKey))).to.deep.equal(verificationKey);
      expect(readVerificationKey(tiny.setup.provingKey)).to.deep.equal(verificationKey);
    });

    it("has 448 + 64 · (signals + 1) bytes, alpha first, the imaginary part of beta before the real one", () => {
      const { alpha, beta } = tiny.setup.verificationKey;
      const encoded = encodeVerificationKey(tiny.setup.verificationKey);
      const word = (i: number) => BigInt(`0x${encoded.slice(2 + 64 * i, 66 + 64 * i)}`);
      expect(encoded.length).to.equal(2 + 2 * (448 + 64 * 4));
      expect([word(0), word(1)]).to.deep.equal(alpha);
      expect([word(2), word(3), word(4), word(5)]).to.deep.equal([beta[0][1], beta[0][0], beta[1][1], beta[1][0]]);
    });

    it("refuses a key with a point off its curve, a wrong length, or gamma = ±delta", () => {
      const key = tiny.setup.verificationKey;
      const encoded = encodeVerificationKey(key);
      const invalid = (act: () => unknown) => {
        try {
          act();
        } catch (error) {
          return (error as VerimeshError).code;
        }
        return null;
      };
      expect(invalid(() => decodeVerificationKey(`0x${encoded.slice(4)}`))).to.equal("VERIFICATION_KEY_INVALID");
      expect(invalid(() => decodeVerificationKey("0x"))).to.equal("VERIFICATION_KEY_INVALID");
      for (let point = 0; point < encoded.length - 2; point += 128) {
        const at = 2 + point + 126;
        const flipped = `0x${encoded.slice(2, at)}${encoded[at] === "0" ? "1" : "0"}${encoded.slice(at + 1)}` as const;
        expect(
          invalid(() => decodeVerificationKey(flipped)),
          `word ${point / 64}`,
        ).to.equal("VERIFICATION_KEY_INVALID");
      }
      expect(invalid(() => encodeVerificationKey({ ...key, gamma: key.delta }))).to.equal("VERIFICATION_KEY_INVALID");
      expect(invalid(() => verificationKeyFromJson({ protocol: "plonk" }))).to.equal("VERIFICATION_KEY_INVALID");
      const short = { ...verificationKeyToJson(key), IC: [] };
      expect(invalid(() => verificationKeyFromJson(short))).to.equal("VERIFICATION_KEY_INVALID");
      const words = toSolidityProof(proven.proof);
      expect(invalid(() => fromSolidityProof(words.slice(1)))).to.equal("PROOF_INVALID");
      expect(invalid(() => fromSolidityProof(words.with(3, 2n ** 255n)))).to.equal("PROOF_INVALID");
      expect(invalid(() => proofFromJson({ ...proofToJson(proven.proof), pi_a: ["1", "x"] }))).to.equal(
        "PROOF_INVALID",
      );
    });
  });
});
