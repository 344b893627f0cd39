import { expect } from "chai";
import { exampleManifest, withoutCircuit } from "../testing/exampleManifest.ts";
import { expectError } from "../testing/expectError.ts";
import { randomModel } from "../testing/randomModel.ts";
import { tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { NODE_KINDS } from "../model/nodes/kinds.ts";
import { checkManifestFits } from "./checkManifestFits.ts";
import { MAX_MANIFEST_BYTES, parseManifest, serializeManifest } from "./parseManifest.ts";
import { isProvable, publicWordsOf, requireProvable } from "./publicWords.ts";
import type { ModelManifest } from "./types.ts";

const text = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

describe("parseManifest", () => {
  const manifest = exampleManifest(tinyConvModel());
  const firstNode = manifest.architecture.nodes[0]!;
  const withArchitecture = (change: object) => ({ architecture: { ...manifest.architecture, ...change } });
  const withNodes = (nodes: object[]) => withArchitecture({ nodes });

  it("refuses what is not dag-json, and what is too large, before parsing it", () => {
    expectError(() => parseManifest(new TextEncoder().encode("{")), "MANIFEST_INVALID", /not dag-json/);
    expectError(() => parseManifest(new Uint8Array()), "MANIFEST_INVALID", /not dag-json/);
    expectError(() => parseManifest(new Uint8Array(MAX_MANIFEST_BYTES + 1)), "MANIFEST_INVALID", /at most 4194304/);
  });

  const changes: [string, object, RegExp][] = [
    ["another format", { format: "verimesh-manifest/2" }, /format/],
    ["an unknown field", { extra: 1 }, /extra/],
    ["a CID that is none", { files: { ...manifest.files, weights: "../../etc/passwd" } }, /CIDv1[\s\S]*files.weights/],
    ["an accuracy above 1", { accuracy: { float: 1.5, integer: 1, samples: 1 } }, /accuracy.float/],
    ["a scale of zero", { input: { ...manifest.input, scale: [0] } }, /input.scale/],
    [
      "a scale per element that misses one",
      { input: { ...manifest.input, scale: [1, 1] } },
      /2 entries.\nExpected 9, or 1/,
    ],
    ["names given twice", { input: { ...manifest.input, names: new Array(9).fill("a") } }, /name twice/],
    ["an input of another size", { input: { ...manifest.input, shape: [8] } }, /8 elements/],
    ["an output of another kind", { output: { ...manifest.output, kind: "argmax" } }, /answers scores/],
    ["five input words", { circuit: { ...manifest.circuit, inputWords: 5 } }, /inputWords/],
    ["an unknown kind of node", withNodes([{ kind: "lstm", name: "l", source: 0 }]), /nodes\[0\]/],
    ["a node with a field of its own", withNodes([{ ...firstNode, code: "x" }]), /code[^]*nodes\[0\]/],
    ["a node without its source", withNodes([{ ...firstNode, source: undefined }]), /nodes\[0\].source/],
    ["a node whose tensor is in the manifest", withNodes([{ ...firstNode, bias: [1, 2] }]), /nodes\[0\].bias/],
    ["1025 nodes", withNodes(new Array<object>(1025).fill(firstNode)), /architecture.nodes/],
    ["an answer of no kind", withArchitecture({ output: { kind: "softmax" } }), /architecture.output/],
    ["the best k without a k", withArchitecture({ output: { kind: "topK" } }), /architecture.output.k/],
    ["a hiding of no kind", withArchitecture({ hides: "all" }), /architecture.hides/],
    ["the format of old", withArchitecture({ format: "verimesh-integer-model/1" }), /architecture.format/],
    ["a set-up of no kind", { setup: { kind: "trust-me" } }, /setup/],
    ["a circuit without its set-up", { setup: undefined }, /no setup/],
    ["a proving key without a circuit", { circuit: undefined, setup: undefined }, /no circuit, setup/],
    [
      "a circuit without its witness calculator",
      { files: { ...manifest.files, witnessCalculator: undefined } },
      /no witnessCalculator/,
    ],
    ["a model without a circuit and without weights", { ...withoutCircuit(manifest), files: {} }, /files.weights/],
    ["nothing but a list", [], /Invalid input|expected object/],
  ];
  for (const [name, change, message] of changes) {
    it(`refuses ${name}`, () => {
      const document = Array.isArray(change) ? change : { ...manifest, ...change };
      expectError(() => parseManifest(text(document)), "MANIFEST_INVALID", message);
    });
  }

  it("gives back what was written, and the same bytes each time", () => {
    const labelled = { ...manifest, output: { ...manifest.output, scale: 0.125, labels: ["a", "b"] } };
    const bytes = serializeManifest(labelled);
    expect(parseManifest(bytes)).to.deep.equal(labelled);
    expect(serializeManifest({ ...labelled, input: { ...labelled.input, names: undefined } })).to.deep.equal(bytes);
  });
});

describe("a manifest's architecture", () => {
  it("is read back as it was written, whatever its nodes", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed, { hides: seed % 2 === 0 ? "nothing" : "inputAndOutput" });
      const manifest = exampleManifest(model);
      expect(parseManifest(serializeManifest(manifest))).to.deep.equal(manifest);
      checkManifestFits(manifest, model);
      for (const { kind } of model.nodes) kinds.add(kind);
    }
    expect([...kinds].sort()).to.deep.equal(Object.keys(NODE_KINDS).sort());
  });
});

describe("checkManifestFits", () => {
  it("refuses a manifest that misstates how answers are packed", () => {
    const model = tinyDenseModel("scores");
    const manifest = exampleManifest(model);
    checkManifestFits(manifest, model);
    const offset = { ...manifest, output: { ...manifest.output, offset: manifest.output.offset + 1 } };
    expectError(() => checkManifestFits(offset, model), "MANIFEST_MISMATCH", /output.offset/);
    const words = { ...manifest, circuit: { ...manifest.circuit, inputWords: 2 } };
    expectError(() => checkManifestFits(words, model), "MANIFEST_MISMATCH", /circuit.inputWords/);
    const labels = { ...manifest, output: { ...manifest.output, labels: ["only one"] } };
    expectError(() => checkManifestFits(labels, model), "MANIFEST_MISMATCH", /output.labels/);
  });
});

describe("a model without a circuit", () => {
  const model = tinyDenseModel("scores");
  const provable = exampleManifest(model);
  const manifest: ModelManifest = withoutCircuit(provable);

  it("cannot be taken for one whose answers can be proven", () => {
    expect(isProvable(manifest)).to.equal(false);
    expectError(() => requireProvable(manifest), "CIRCUIT_MISSING", /cannot be proven/);
    expect(requireProvable(provable)).to.equal(provable);
  });

  it("is refused if its answers take more words than the contracts do", () => {
    const output = { ...manifest.output, length: 1000, bits: 31 };
    expectError(() => serializeManifest({ ...manifest, output }), "MANIFEST_INVALID", /takes 125 words/);
  });

  it("is written and read back, and still checked against its model", () => {
    expect(parseManifest(serializeManifest(manifest))).to.deep.equal(manifest);
    checkManifestFits(manifest, model);
    const output = { ...manifest.output, bits: manifest.output.bits + 1 };
    expectError(() => checkManifestFits({ ...manifest, output }, model), "MANIFEST_MISMATCH", /output.bits/);
  });

  it("takes the same words as the same model with a circuit", () => {
    for (const hides of ["nothing", "input", "inputAndOutput"] as const) {
      for (const model of [
        tinyDenseModel("scores"),
        tinyDenseModel("argmax"),
        tinyDenseModel("topK"),
        tinyConvModel(),
      ]) {
        const manifest = exampleManifest({ ...model, hides });
        const { inputBinding, outputWords, inputWords } = manifest.circuit;
        const words = publicWordsOf(withoutCircuit(manifest));
        expect(words).to.deep.equal({ inputBinding, outputWords, inputWords, hides });
      }
    }
  });
});
