import { expect } from "chai";
import type { ModelArchitecture } from "../manifest/types.ts";
import { expectError } from "../testing/expectError.ts";
import { randomModel } from "../testing/randomModel.ts";
import { tinyDenseModel } from "../testing/smallModels.ts";
import { parseModel } from "./parseModel.ts";
import { serializeWeights } from "./serializeWeights.ts";

/** The architecture with one field of one layer's tensor changed. */
function withTensor(
  architecture: ModelArchitecture,
  index: number,
  part: "weights" | "bias",
  change: object,
): ModelArchitecture {
  const layers = architecture.layers.map((layer, k) =>
    k === index && "weights" in layer ? { ...layer, [part]: { ...layer[part], ...change } } : layer,
  );
  return { ...architecture, layers };
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

  it("refuses tensors that overlap, are misaligned, of another type or shape", () => {
    const changes: [object, "weights" | "bias", RegExp][] = [
      [{ offset: 0 }, "bias", /start at byte 0; expected 8/],
      [{ offset: 6 }, "bias", /start at byte 6; expected 8/],
      [{ offset: -4 }, "weights", /start at byte -4/],
      [{ offset: 2 ** 40 }, "weights", /start at byte 1099511627776/],
      [{ dtype: "int8" }, "bias", /are int8; expected int32/],
      [{ shape: [2, 3] }, "weights", /shape \[2, 3\]; expected \[3, 2\]/],
      [{ shape: [3] }, "bias", /shape \[3\]; expected \[2\]/],
    ];
    for (const [change, part, message] of changes) {
      expectError(() => parseModel(withTensor(architecture, 0, part, change), weights), "WEIGHTS_INVALID", message);
    }
  });

  it("refuses data hidden between tensors", () => {
    const hidden = weights.slice();
    hidden[7] = 1;
    expectError(() => parseModel(architecture, hidden), "WEIGHTS_INVALID", /not zero/);
  });

  it("refuses a layer that claims to be enormous without allocating it", () => {
    const layer = { ...architecture.layers[0]!, inputs: 2 ** 40, units: 2 ** 40 } as never;
    expectError(() => parseModel({ ...architecture, layers: [layer] }, weights), "WEIGHTS_INVALID", /shape/);
  });

  it("refuses corrupt biases that break float exactness", () => {
    const corrupt = weights.slice();
    corrupt[11] = 0x7f;
    expectError(() => parseModel(architecture, corrupt), "ACCUMULATOR_TOO_LARGE", /"hidden"/);
  });

  it("gives back 200 random models, and the same bytes each time", () => {
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed);
      const first = serializeWeights(model);
      expect(parseModel(first.architecture, first.weights)).to.deep.equal(model);
      expect(serializeWeights(model).weights).to.deep.equal(first.weights);
    }
  });

  it("reads a file that lies at an odd address", () => {
    const shifted = new Uint8Array(weights.length + 1);
    shifted.set(weights, 1);
    expect(parseModel(architecture, shifted.subarray(1))).to.deep.equal(tinyDenseModel());
  });
});
