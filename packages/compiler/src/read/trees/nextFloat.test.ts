import { expect } from "chai";
import { nextFloat32, nextFloat64 } from "./nextFloat.ts";

describe("nextFloat", () => {
  it("is the smallest number above, on both sides of zero and at the ends", () => {
    expect(nextFloat64(1)).to.equal(1 + Number.EPSILON);
    expect(nextFloat64(-1)).to.equal(-1 + Number.EPSILON / 2);
    expect(nextFloat64(0)).to.equal(Number.MIN_VALUE);
    expect(nextFloat64(-0)).to.equal(Number.MIN_VALUE);
    expect(nextFloat64(-Number.MIN_VALUE)).to.equal(0);
    expect(nextFloat64(Number.MAX_VALUE)).to.equal(Infinity);
    expect(nextFloat32(1)).to.equal(1 + 2 ** -23);
    expect(nextFloat32(-1)).to.equal(-1 + 2 ** -24);
    expect(nextFloat32(0)).to.equal(2 ** -149);
    expect(nextFloat32(-0)).to.equal(2 ** -149);
    expect(nextFloat32(2 ** 128 - 2 ** 104)).to.equal(Infinity);
    expect(nextFloat32(0.1)).to.be.greaterThan(Math.fround(0.1));
  });
});
