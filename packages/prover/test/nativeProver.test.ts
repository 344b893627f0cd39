import { type CircuitInputs, proofToJson, type VerimeshError, verificationKeyToJson } from "@verimesh/core";
import { hasCompiler } from "@verimesh/prover-native";
import { expect } from "chai";
import { groth16 } from "snarkjs";
import { NativeProver, openProver, SnarkjsProver } from "../src/index.ts";
import { KeyCache } from "../src/prove/KeyCache.ts";
import { withSingleThread } from "../src/prove/snarkjsCurve.ts";
import { codeOf, tinyFixture, type TinyFixture } from "./helpers/tinyModel.ts";

describe("the native prover", () => {
  let tiny: TinyFixture;
  let prover: NativeProver;
  before(async function () {
    this.timeout(600_000);
    if (!hasCompiler()) this.skip();
    tiny = await tinyFixture();
    prover = await NativeProver.load({ slots: 2 });
  });
  after(() => prover.terminate());

  const job = (changes: { inputs?: CircuitInputs; r1cs?: Uint8Array } = {}) => ({
    provingKey: tiny.setup.provingKey,
    witnessCalculator: tiny.circuit.witnessCalculator,
    inputs: tiny.inputs,
    ...changes,
  });

  it("lets no proof out that its own key refuses, and names the constraint if it is given them", async () => {
    const accumulators = [...(tiny.inputs["v_3"] as readonly bigint[])];
    const wrong = { ...tiny.inputs, v_3: [accumulators[0]! + 1n, ...accumulators.slice(1)] };
    expect(await codeOf(prover.prove(job({ inputs: wrong })))).to.equal("WITNESS_UNSATISFIED");
    const error: VerimeshError = await prover.prove(job({ inputs: wrong, r1cs: tiny.linked })).then(
      () => expect.fail(),
      (reason: VerimeshError) => reason,
    );
    expect(error.shortMessage).to.match(/constraint \d+/);
  });

  it("says what is wrong with inputs, calculator and key", async () => {
    expect(await codeOf(prover.prove(job({ inputs: { ...tiny.inputs, more: 1n } })))).to.equal("CIRCUIT_INPUT_INVALID");
    const noCode = { ...job(), witnessCalculator: new Uint8Array(8) };
    expect(await codeOf(prover.prove(noCode))).to.equal("WITNESS_CALCULATOR_INVALID");
    const noKey = { ...job(), provingKey: tiny.setup.provingKey.slice(0, -1) };
    expect(await codeOf(prover.prove(noKey))).to.equal("PROVING_KEY_INVALID");
    expect(await codeOf(prover.prove(job()))).to.equal(null);
  });

  it("rejects with the signal's reason, before and during, and proves on", async () => {
    expect(await codeOf(prover.prove(job(), { signal: AbortSignal.abort(new Error("gone")) }))).to.equal("gone");
    const controller = new AbortController();
    const proving = codeOf(prover.prove(job(), { signal: controller.signal }));
    controller.abort(new Error("enough"));
    expect(await proving).to.equal("enough");
    expect(await codeOf(prover.prove(job()))).to.equal(null);
  });

  it("makes proofs that snarkjs and it accept, several at once and more than it has places", async () => {
    const proven = await Promise.all(Array.from({ length: 5 }, () => prover.prove(job())));
    const { verificationKey } = tiny.setup;
    for (const { proof, publicSignals } of proven) {
      expect(publicSignals).to.deep.equal(tiny.publicSignals);
      const accepted = await withSingleThread(() =>
        groth16.verify(verificationKeyToJson(verificationKey), publicSignals.map(String), proofToJson(proof)),
      );
      expect(accepted).to.equal(true);
      expect(await prover.verify(verificationKey, publicSignals, proof)).to.equal(true);
      expect(await prover.verify(verificationKey, [publicSignals[0]! + 1n, ...publicSignals.slice(1)], proof)).to.equal(
        false,
      );
    }
    expect(new Set(proven.map(({ proof }) => proof.a[0])).size).to.equal(5);
  });

  it("is what openProver opens, unless snarkjs is asked for", async () => {
    const opened = await openProver({ prover: "auto" });
    expect(opened).to.be.instanceOf(NativeProver);
    await opened.terminate();
    const other = await openProver({ prover: "snarkjs" });
    expect(other).not.to.be.instanceOf(NativeProver);
    await other.terminate();
  });

  it("and snarkjs verify each other's proofs", async () => {
    const snarkjs = new SnarkjsProver();
    try {
      const { proof, publicSignals } = await snarkjs.prove(job());
      expect(await prover.verify(tiny.setup.verificationKey, publicSignals, proof)).to.equal(true);
    } finally {
      await snarkjs.terminate();
    }
  });
});

describe("the cache of loaded keys", () => {
  const key = (bytes: number) => ({ bytes, handle: {} as never });

  it("loads a key once, and again after a failure", async () => {
    const cache = new KeyCache(100);
    const source = new Uint8Array(1);
    let loads = 0;
    const failing = () => Promise.reject(new Error("unreadable"));
    expect(await codeOf(cache.get(source, failing))).to.equal("unreadable");
    const load = () => Promise.resolve(key(++loads));
    const [first, second] = await Promise.all([cache.get(source, load), cache.get(source, load)]);
    expect([first.bytes, second.bytes, (await cache.get(source, load)).bytes]).to.deep.equal([1, 1, 1]);
  });

  it("drops the least recently used beyond its bound, never the last", async () => {
    const cache = new KeyCache(100);
    const sources = [60, 40, 30].map((bytes) => ({ source: new Uint8Array(1), bytes }));
    const use = (i: number) => cache.get(sources[i]!.source, () => Promise.resolve(key(sources[i]!.bytes)));
    await use(0);
    await use(1);
    await use(0);
    await use(2);
    expect(cache.bytes).to.equal(90);
    const large = new Uint8Array(1);
    await cache.get(large, () => Promise.resolve(key(500)));
    expect(cache.bytes).to.equal(500);
    cache.forget(large);
    expect(cache.bytes).to.equal(0);
  });
});
