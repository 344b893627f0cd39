import { expect } from "chai";
import { argmax, topK } from "./topK.ts";

describe("topK", () => {
  it("gives the largest first, and the lower index first on a tie", () => {
    expect([...topK([1, 5, 5, 2, 9], 4)]).to.deep.equal([4, 1, 2, 3]);
    expect([...topK(Int32Array.of(-7, -7, -8), 2)]).to.deep.equal([0, 1]);
  });

  it("begins with the argmax", () => {
    for (const scores of [[1, 5, 5, 2], [-7, -7], [0, 1, 2], [3]]) expect(argmax(scores)).to.equal(topK(scores, 1)[0]);
    expect(argmax([1, 5, 5, 2])).to.equal(1);
  });
});
