import { expect } from "chai";
import type { ModelArchitecture } from "../manifest/types.ts";
import { NODE_KINDS } from "../model/nodes/kinds.ts";
import type { IntegerModel } from "../model/types.ts";
import { expectError } from "../testing/expectError.ts";
import { randomModel } from "../testing/randomModel.ts";
import { tinyDenseModel } from "../testing/smallModels.ts";
import { parseModel } from "./parseModel.ts";
import { serializeWeights } from "./serializeWeights.ts";

/** The architecture with one field of one node changed, or of one of its tensors. */
function withNode(architecture: ModelArchitecture, index: number, change: object, tensor?: string): ModelArchitecture {
  const nodes = architecture.nodes.map((node, k) => {
    if (k !== index) return node;
    const field = tensor && { ...(node as unknown as Record<string, object>)[tensor], ...change };
    return { ...node, ...(tensor ? { [tensor]: field } : change) };
  });
  return { ...architecture, nodes };
}

describe("parseModel", () => {
  const { architecture, weights } = serializeWeights(tinyDenseModel());

  it("refuses a file that is too short or too long", () => {
    expectError(
      () => parseModel(architecture, weights.subarray(0, -1)),
      "WEIGHTS_INVALID",
      /end at byte 28; the file has 27/,
    );
    expectError(() => parseModel(architecture, new Uint8Array([...weights, 0])), "WEIGHTS_INVALID", /the file has 29/);
    expectError(() => parseModel(architecture, new Uint8Array()), "WEIGHTS_INVALID", /the file has 0/);
  });

  const changes: [object, "weights" | "bias", string, RegExp][] = [
    [{ offset: 0 }, "bias", "WEIGHTS_INVALID", /bias of node "hidden" are said to start at byte 0; expected 8/],
    [{ offset: 6 }, "bias", "WEIGHTS_INVALID", /start at byte 6; expected 8/],
    [{ offset: -4 }, "weights", "WEIGHTS_INVALID", /start at byte -4/],
    [{ offset: 2 ** 40 }, "weights", "WEIGHTS_INVALID", /start at byte 1099511627776/],
    [{ dtype: "int8" }, "bias", "WEIGHTS_INVALID", /are int8; expected int32/],
    [{ dtype: "int32" }, "weights", "WEIGHTS_INVALID", /are int32; expected int8/],
    [{ length: 0 }, "bias", "WEIGHTS_INVALID", /have 0 elements/],
    [{ length: 1.5 }, "bias", "WEIGHTS_INVALID", /have 1.5 elements/],
    [{ length: 2 ** 40 }, "weights", "WEIGHTS_INVALID", /end at byte 1099511627776/],
  ];
  for (const [change, tensor, code, message] of changes) {
    it(`refuses ${tensor} of ${JSON.stringify(change)}`, () => {
      expectError(() => parseModel(withNode(architecture, 0, change, tensor), weights), code, message);
    });
  }

  it("refuses tensors that fill the file but not their node", () => {
    const swapped = withNode(withNode(architecture, 0, { length: 8 }, "weights"), 0, { length: 2 }, "bias");
    expectError(() => parseModel(swapped, weights), "MODEL_INVALID", /"hidden" \(dense\) has 8 weights/);
  });

  it("refuses data hidden between tensors", () => {
    const hidden = weights.slice();
    hidden[7] = 1;
    expectError(() => parseModel(architecture, hidden), "WEIGHTS_INVALID", /not zero/);
  });

  it("refuses a node that claims to be enormous without allocating it", () => {
    const enormous = withNode(architecture, 0, { inputs: 2 ** 40, units: 2 ** 40 });
    expectError(() => parseModel(enormous, weights), "MODEL_INVALID", /inputs 1099511627776/);
  });

  it("refuses a node of no known kind", () => {
    expectError(
      () => parseModel(withNode(architecture, 0, { kind: "constructor" }), weights),
      "WEIGHTS_INVALID",
      /no known/,
    );
  });

  it("refuses corrupt biases that break float exactness", () => {
    const corrupt = weights.slice();
    corrupt[11] = 0x7f;
    expectError(() => parseModel(architecture, corrupt), "ACCUMULATOR_TOO_LARGE", /"hidden"/);
  });

  it("gives back 200 random models over every kind of node, and the same bytes each time", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed);
      const first = serializeWeights(model);
      expect(parseModel(first.architecture, first.weights)).to.deep.equal(model);
      expect(serializeWeights(model).weights).to.deep.equal(first.weights);
      for (const { kind } of model.nodes) kinds.add(kind);
    }
    expect([...kinds].sort()).to.deep.equal(Object.keys(NODE_KINDS).sort());
  });

  it("keeps what a model hides and answers", () => {
    const model: IntegerModel = { ...tinyDenseModel("topK"), hides: "input" };
    const serialized = serializeWeights(model);
    expect(serialized.architecture).to.deep.include({ hides: "input", output: { kind: "topK", k: 1 } });
    expect(parseModel(serialized.architecture, serialized.weights)).to.deep.equal(model);
  });

  it("reads a file that lies at an odd address", () => {
    const shifted = new Uint8Array(weights.length + 1);
    shifted.set(weights, 1);
    expect(parseModel(architecture, shifted.subarray(1))).to.deep.equal(tinyDenseModel());
  });
});
