import { inputWords, type ProvableManifest } from "@verimesh/core";

const cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

/** A manifest of a dense layer over `inputs` features from −1 to 1. */
export function denseManifest(inputs: number, names?: readonly string[]): ProvableManifest {
  const inputBinding = inputs <= 124 ? "words" : "poseidon";
  return {
    format: "verimesh-manifest/1",
    name: "dense",
    description: "",
    architecture: {
      format: "verimesh-integer-model/2",
      inputShape: [inputs],
      output: { kind: "argmax" },
      hides: "nothing",
      nodes: [],
    },
    files: { weights: cid, provingKey: cid, verificationKey: cid, witnessCalculator: cid, skeleton: cid },
    circuit: {
      compiler: "circom 2.2.3",
      r1csHash: "00".repeat(32),
      constraints: 1,
      inputBinding,
      outputWords: 1,
      inputWords: inputWords(new Uint8Array(inputs)).length,
    },
    setup: { kind: "insecure-dev" },
    accuracy: { float: 1, integer: 1, samples: 1 },
    input: { shape: [inputs], scale: [2 / 255], offset: [-1], ...(names && { names }) },
    output: { kind: "argmax", length: 1, bits: 1, offset: 0, labels: ["no", "yes"] },
  };
}
