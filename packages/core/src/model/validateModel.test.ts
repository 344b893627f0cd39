import { randomModel } from "../testing/randomModel.ts";
import { expectError } from "../testing/expectError.ts";
import { dense, rescale, tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import type { IntegerModel, ModelNode } from "./types.ts";
import { validateModel } from "./validateModel.ts";

const tiny = tinyDenseModel();

/** The tiny model with one node replaced. */
function withNode(index: number, change: object): IntegerModel {
  return { ...tiny, nodes: tiny.nodes.map((node, k) => (k === index ? { ...node, ...change } : node)) };
}

/** One dense of one input and one unit. */
function single(weight: number, bias: number): IntegerModel {
  return { ...tiny, inputShape: [1], nodes: [dense("edge", 0, [[weight]], [bias])], output: { kind: "scores" } };
}

describe("validateModel", () => {
  const refusals: [string, IntegerModel, string, RegExp][] = [
    ["the format of old", { ...tiny, format: "verimesh-integer-model/1" as never }, "MODEL_INVALID", /format is/],
    ["an unknown answer", { ...tiny, output: { kind: "softmax" } as never }, "MODEL_INVALID", /output is "softmax"/],
    ["an unknown hiding", { ...tiny, hides: "all" as never }, "MODEL_INVALID", /hides "all"/],
    ["no node", { ...tiny, nodes: [] }, "MODEL_INVALID", /no node/],
    ["an input of five axes", { ...tiny, inputShape: [1, 1, 1, 1, 3] }, "MODEL_INVALID", /"the input".*1,1,1,1,3/],
    ["an unbounded input", { ...tiny, inputShape: [2 ** 20 + 1] }, "MODEL_INVALID", /1048577/],
    ["an input of half an element", { ...tiny, inputShape: [0.5] }, "MODEL_INVALID", /0.5/],
    ["an unknown kind", withNode(0, { kind: "lstm" }), "MODEL_INVALID", /"hidden" \(lstm\) is of no known kind/],
    ["a kind that every object has", withNode(0, { kind: "toString" }), "MODEL_INVALID", /no known kind/],
    ["a node without a name", withNode(0, { name: "" }), "MODEL_INVALID", /name is not 1 to 128/],
    ["two nodes of one name", withNode(2, { name: "hidden" }), "MODEL_INVALID", /two nodes have the name "hidden"/i],
    ["a node that reads itself", withNode(1, { source: 2 }), "MODEL_INVALID", /"rectified".*source 2/],
    ["a node that reads a later one", withNode(1, { source: 3 }), "MODEL_INVALID", /reads source 3/],
    ["a source before the input", withNode(1, { source: -1 }), "MODEL_INVALID", /reads source -1/],
    ["a source that is no integer", withNode(1, { source: 0.5 }), "MODEL_INVALID", /reads source 0.5/],
    ["an input of another size", { ...tiny, inputShape: [4] }, "MODEL_INVALID", /"hidden" \(dense\) takes 3/],
    ["too few weights", withNode(0, { weights: new Int8Array(5) }), "MODEL_INVALID", /has 5 weights[^]*Int8Array of 6/],
    [
      "a combine of nothing",
      { ...tiny, nodes: [{ kind: "combine", name: "c", sources: [], multipliers: [], bias: Int32Array.of(0) }] },
      "MODEL_INVALID",
      /no source/,
    ],
    [
      "a lookup whose source is wider than its table",
      { ...tiny, nodes: [{ kind: "lookup", name: "l", source: 0, lo: 0, table: new Int32Array(255) }] },
      "MODEL_INVALID",
      /"l" \(lookup\) can be given 0 to 255/,
    ],
    [
      "an argmax over one class",
      { ...tiny, nodes: [dense("one", 0, [[1], [1], [1]], [0])] },
      "MODEL_INVALID",
      /at least 2/,
    ],
    ["the best none", { ...tiny, output: { kind: "topK", k: 0 } }, "MODEL_INVALID", /the 0 largest of 2/],
    ["the best of all", { ...tiny, output: { kind: "topK", k: 2 } }, "MODEL_INVALID", /expected 1 to 1/],
    [
      "1025 nodes",
      { ...tiny, nodes: Array.from({ length: 1025 }, (_, k) => rescale(`r${k}`, k, [0])) },
      "MODEL_TOO_LARGE",
      /1025 nodes/,
    ],
  ];
  for (const [name, model, code, message] of refusals) {
    it(`refuses ${name}`, () => expectError(() => validateModel(model), code, message));
  }

  it("refuses more elements, and more multiplications, than a model may have, before it computes bounds", () => {
    const large = (name: string, source: number): ModelNode => ({ kind: "reshape", name, source, shape: [2 ** 20] });
    const five = [0, 1, 2, 3, 4].map((k) => large(`n${k}`, k));
    expectError(
      () => validateModel({ ...tiny, inputShape: [2 ** 20], nodes: five }),
      "MODEL_TOO_LARGE",
      /accumulators/,
    );
    const pool: ModelNode = { kind: "maxPool2d", name: "p", source: 0, window: [512, 512], strides: [1, 1] };
    expectError(
      () => validateModel({ ...tiny, inputShape: [1024, 1024, 1], nodes: [pool] }),
      "MODEL_TOO_LARGE",
      /multiplications/,
    );
  });

  it("refuses partial sums of 2^24, and accepts one less", () => {
    validateModel(single(1, 2 ** 24 - 1 - 255));
    expectError(
      () => validateModel(single(1, 2 ** 24 - 255)),
      "ACCUMULATOR_TOO_LARGE",
      /"edge" \(dense\) can reach 16777216/,
    );
    expectError(() => validateModel(single(1, -(2 ** 24) + 255)), "ACCUMULATOR_TOO_LARGE", /"edge"/);
  });

  it("refuses cancelling weights whose partial sums are too large", () => {
    const weights = Array.from({ length: 600 }, (_, i) => [i % 2 === 0 ? 127 : -127]);
    const model = { ...single(1, 0), inputShape: [600], nodes: [dense("wide", 0, weights, [0])] };
    expectError(() => validateModel(model), "ACCUMULATOR_TOO_LARGE", /split the node/);
  });

  it("refuses a product that can reach 2^24", () => {
    const square = (source: number, name: string): ModelNode => ({ kind: "multiply", name, sources: [source, source] });
    const model = { ...single(1, 0), nodes: [square(0, "second"), square(1, "fourth")] };
    expectError(() => validateModel(model), "ACCUMULATOR_TOO_LARGE", /"fourth" \(multiply\) can reach 4228250625/);
  });

  it("accepts the small models and 300 random ones", () => {
    for (const model of [tinyDenseModel(), tinyDenseModel("topK"), tinyConvModel()]) validateModel(model);
    for (let seed = 0; seed < 300; seed++) validateModel(randomModel(seed));
  });
});
