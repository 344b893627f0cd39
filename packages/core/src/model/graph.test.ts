import { expect } from "chai";
import { deepRuns } from "../testing/deepRuns.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { dense, tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { magnitudeOf } from "./bounds/Bounds.ts";
import { modelBounds, nodeShapes, scoreCount } from "./graph.ts";
import { runNode, sourcesOf } from "./node.ts";
import type { DenseNode, IntegerModel } from "./types.ts";

/** Values of every source, rearranging nodes included. */
function allValues(model: IntegerModel, input: Uint8Array): Int32Array[] {
  const shapes = nodeShapes(model);
  const values: Int32Array[] = [Int32Array.from(input)];
  for (const node of model.nodes) {
    const sources = sourcesOf(node);
    const [around, given] = [sources.map((source) => shapes[source]!), sources.map((source) => values[source]!)];
    values.push(runNode(node, around, given));
  }
  return values;
}

/** The bytes that make one unit of a dense over the input as large, or as small, as they can. */
function extremeInput({ weights, units, inputs }: DenseNode, unit: number, sign: 1 | -1): Uint8Array {
  return Uint8Array.from({ length: inputs }, (_, i) => (sign * weights[i * units + unit]! > 0 ? 255 : 0));
}

describe("nodeShapes", () => {
  it("tells the input's and every node's, and the number of scores", () => {
    expect(nodeShapes(tinyConvModel())).to.deep.equal([[3, 3, 1], [2, 2, 1], [2, 2, 1], [4], [2]]);
    expect(scoreCount(tinyConvModel())).to.equal(2);
  });
});

describe("modelBounds", () => {
  it("hold on random networks over all kinds of nodes, for random and extreme inputs", () => {
    for (let seed = 0; seed < deepRuns(400); seed++) {
      const model = randomModel(seed);
      const { values, executionBounds } = modelBounds(model);
      for (let run = 0; run < 4; run++) {
        allValues(model, randomInput(4 * seed + run, model.inputShape)).forEach((elements, source) => {
          const { lo, hi } = values[source]!;
          const isHeld = elements.every((value, i) => value >= lo[i % lo.length]! && value <= hi[i % hi.length]!);
          expect(isHeld, `seed ${seed}, source ${source}`).to.equal(true);
          expect(elements.length % lo.length).to.equal(0);
        });
      }
      values.forEach((bounds, source) => expect(magnitudeOf(bounds)).to.be.at.most(executionBounds[source]!));
    }
  });

  it("are reached by an input made to, both ends of every unit", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = Array.from({ length: 6 }, (_, i) =>
        [0, 1, 2].map((o) => (((seed + 1) * (7 * i + 3 * o + 1) * 37) % 255) - 127),
      );
      const node = dense("d", 0, rows, [seed, -seed, 1000]);
      const model: IntegerModel = { ...tinyDenseModel("scores"), inputShape: [6], nodes: [node] };
      const { lo, hi } = modelBounds(model).values[1]!;
      for (let unit = 0; unit < 3; unit++) {
        expect(allValues(model, extremeInput(node, unit, 1))[1]![unit]).to.equal(hi[unit]);
        expect(allValues(model, extremeInput(node, unit, -1))[1]![unit]).to.equal(lo[unit]);
      }
    }
  });
});
