import { expect } from "chai";
import {
  channelBounds,
  commonPeriod,
  compressBounds,
  foldBounds,
  hullOf,
  magnitudeOf,
  uniformBounds,
} from "./Bounds.ts";

const bounds = (lo: number[], hi: number[]) => ({ lo: Float64Array.from(lo), hi: Float64Array.from(hi) });

describe("bounds", () => {
  const ramp = bounds([0, -1, -2, -3, -4, -5], [0, 1, 2, 3, 4, 5]);

  it("have a hull and a magnitude", () => {
    expect(hullOf(bounds([3, -1], [4, 7]))).to.deep.equal({ lo: -1, hi: 7 });
    expect(magnitudeOf(bounds([-9, 0], [0, 7]))).to.equal(9);
  });

  it("fold to the hull of what falls together, whether one period divides the other or not", () => {
    expect(foldBounds(ramp, 3)).to.deep.equal(bounds([-3, -4, -5], [3, 4, 5]));
    expect(foldBounds(ramp, 1)).to.deep.equal(bounds([-5], [5]));
    // Elements 0, 4, 8 of a row of 12 have the bounds of 0, 4 and 2.
    expect(foldBounds(ramp, 4)).to.deep.equal(bounds([-4, -5, -4, -5], [4, 5, 4, 5]));
    expect(foldBounds(ramp, 12)).to.deep.equal(ramp);
  });

  it("forget, folded, what the node is that they were of", () => {
    expect(foldBounds({ ...uniformBounds(0, 1), oneHot: true }, 4)).to.deep.equal(uniformBounds(0, 1));
  });

  it("per channel have one entry each, however short their period", () => {
    expect(channelBounds(uniformBounds(0, 9), [2, 3])).to.deep.equal(bounds([0, 0, 0], [9, 9, 9]));
    expect(channelBounds(ramp, [2, 3])).to.deep.equal(bounds([-3, -4, -5], [3, 4, 5]));
  });

  it("compress to the shortest period that the shape offers", () => {
    expect(compressBounds(bounds([0, 0, 0, 0], [1, 1, 1, 1]), [2, 2])).to.deep.equal(uniformBounds(0, 1));
    expect(compressBounds(bounds([0, 0, 0, 0], [1, 2, 1, 2]), [2, 2])).to.deep.equal(bounds([0, 0], [1, 2]));
    expect(compressBounds(bounds([0, 0, 0, 0], [1, 2, 1, 3]), [2, 2])).to.deep.equal(
      bounds([0, 0, 0, 0], [1, 2, 1, 3]),
    );
    expect(compressBounds(ramp, [6])).to.equal(ramp);
  });

  it("of several tensors repeat together after their common period", () => {
    expect([commonPeriod(4, 6), commonPeriod(1), commonPeriod(2, 3, 5)]).to.deep.equal([12, 1, 30]);
  });
});
