import { expect } from "chai";
import { Random } from "../../random.ts";
import { runReference } from "../runReference.ts";
import { modelBounds } from "../graph.ts";
import { validateModel } from "../validateModel.ts";
import { hullOf } from "./Bounds.ts";
import { dense } from "../../testing/smallModels.ts";
import type { IntegerModel, ModelNode, Shape } from "../types.ts";

const pool = (window: [number, number], strides: [number, number], source = 0) =>
  ({ kind: "maxPool2d", name: "largest", source, window, strides }) as const;
const broadcast = (source: number, shape: Shape) => ({ kind: "broadcast", name: "of row", source, shape }) as const;
const combine = (sources: number[], multipliers: number[], bias = 0) =>
  ({
    kind: "combine",
    name: "difference",
    sources,
    multipliers: multipliers.map((m) => Int32Array.of(m)),
    bias: Int32Array.of(bias),
  }) as const;

function model(inputShape: Shape, ...nodes: ModelNode[]): IntegerModel {
  return { format: "verimesh-integer-model/2", inputShape, nodes, output: { kind: "argmax" }, hides: "nothing" };
}
const lastBounds = (of: IntegerModel) => hullOf(modelBounds(of).values.at(-1)!);

/** Of two largest elements the one of that row. */
const rowOf = (row: number) =>
  ({ kind: "slice", name: "row", source: 1, begin: [row, 0, 0], size: [1, 1, 1], strides: [1, 1, 1] }) as const;

/** Two rows of three, and the largest of each row beside every element. */
const rows: Shape = [2, 3, 1];
const largestOfRow = [pool([1, 3], [1, 3]), broadcast(1, rows)] as const;

describe("bounds of a row less its largest", () => {
  it("end at 0, in either order and with a bias", () => {
    expect(lastBounds(model(rows, ...largestOfRow, combine([0, 2], [1, -1])))).to.deep.equal({ lo: -255, hi: 0 });
    expect(lastBounds(model(rows, ...largestOfRow, combine([2, 0], [1, -1], 9)))).to.deep.equal({ lo: 9, hi: 264 });
    expect(lastBounds(model(rows, ...largestOfRow, combine([0, 2], [-3, 2])))).to.deep.equal({ lo: -255, hi: 510 });
  });

  it("keep the largest partial sum, which any order of evaluation can reach", () => {
    const { executionBounds } = modelBounds(model(rows, ...largestOfRow, combine([0, 2], [1, -1])));
    expect(executionBounds[3]).to.equal(510);
  });

  const both = { lo: -255, hi: 255 };
  const cases: [string, IntegerModel][] = [
    [
      "the largest of the row before",
      model(rows, pool([1, 3], [1, 3]), rowOf(0), broadcast(2, rows), combine([0, 3], [1, -1])),
    ],
    [
      "the largest of the row after",
      model(rows, pool([1, 3], [1, 3]), rowOf(1), broadcast(2, rows), combine([0, 3], [1, -1])),
    ],
    [
      "the largest of another tensor of the same bounds",
      model(
        rows,
        { kind: "transpose", name: "t", source: 0, permutation: [0, 1, 2] },
        pool([1, 3], [1, 3], 1),
        broadcast(2, rows),
        combine([0, 3], [1, -1]),
      ),
    ],
    [
      "the largest of a window that leaves out the last column",
      model(rows, pool([1, 2], [1, 2]), broadcast(1, rows), combine([0, 2], [1, -1])),
    ],
    [
      "the largest of another channel",
      model(
        [1, 1, 2],
        pool([1, 1], [1, 1]),
        { kind: "gather", name: "swapped", source: 1, indices: Int32Array.of(1, 0), shape: [1, 1, 2] },
        combine([0, 2], [1, -1]),
      ),
    ],
    [
      "padding beside the largest",
      model(
        [1, 3, 1],
        pool([1, 3], [1, 3]),
        { kind: "pad", name: "padded", source: 1, before: [0, 0, 0], after: [0, 2, 0], value: 0 },
        combine([0, 2], [1, -1]),
      ),
    ],
    [
      "other elements beside the largest",
      model(
        [1, 3, 1],
        pool([1, 3], [1, 3]),
        { kind: "gather", name: "others", source: 0, indices: Int32Array.of(0, 1), shape: [1, 2, 1] },
        { kind: "concat", name: "beside", sources: [1, 2], axis: 1 },
        combine([0, 3], [1, -1]),
      ),
    ],
  ];
  for (const [name, of] of cases) {
    it(`do not trust ${name}`, () => {
      validateModel(of);
      expect(lastBounds(of)).to.deep.equal(both);
    });
  }

  it("hold for random windows, places and multipliers", () => {
    let refined = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed);
      const shape = [random.integer(1, 3), random.integer(1, 3), random.integer(1, 2)];
      const window: [number, number] = [random.integer(1, shape[0]!), random.integer(1, shape[1]!)];
      const strides: [number, number] = [random.integer(1, 2), random.integer(1, 2)];
      const nodes: ModelNode[] = [pool(window, strides)];
      const [height, width] = [0, 1].map((a) => Math.floor((shape[a]! - window[a]!) / strides[a]!) + 1);
      const count = height! * width! * shape[2]!;
      const indices = Int32Array.from({ length: shape[0]! * shape[1]! * shape[2]! }, (_, i) =>
        Math.min(count - 1, random.chance(0.8) ? i % shape[2]! : random.integer(0, count - 1)),
      );
      nodes.push({ kind: "gather", name: "places", source: 1, indices, shape });
      const [m, n] = [random.integer(-3, 3), random.integer(-3, 3)];
      nodes.push(combine(random.chance(0.5) ? [0, 2] : [2, 0], [m, n], random.integer(-9, 9)));
      const of = model(shape, ...nodes);
      const { lo, hi } = modelBounds(of).values[3]!;
      if (m * n < 0 && hi[0]! - lo[0]! < 255 * (Math.abs(m) + Math.abs(n))) refined++;
      for (let run = 0; run < 6; run++) {
        const input = Uint8Array.from(indices, () => random.pick([0, 255, random.integer(0, 255)]));
        runReference(of, input).values[2]!.forEach((value, i) => {
          expect(value, `seed ${seed}`).to.be.within(lo[i % lo.length]!, hi[i % hi.length]!);
        });
      }
    }
    expect(refined).to.be.above(20);
  });
});

describe("bounds of a pooled one-hot", () => {
  it("do not say that one element is 1: two can be", () => {
    const nodes: ModelNode[] = [
      { kind: "atLeast", name: "bits", source: 0, thresholds: Int32Array.of(128) },
      { kind: "oneHot", name: "marks", source: 1, lo: 0, size: 2 },
      pool([1, 2], [1, 2], 2),
      dense(
        "sum",
        3,
        [
          [1, 2],
          [1, 3],
        ],
        [0, 0],
      ),
    ];
    const of = model([1, 2], ...nodes);
    const { lo, hi } = modelBounds(of).values[4]!;
    const values = runReference(of, Uint8Array.of(0, 255)).values[3]!;
    expect([...values]).to.deep.equal([2, 5]);
    values.forEach((value, i) => expect(value).to.be.within(lo[i]!, hi[i]!));
  });
});
