import { expect } from "chai";
import { requantize } from "./requantize.ts";

describe("requantize", () => {
  const cases: [x: number, shift: number, lo: number, hi: number, expected: number][] = [
    [-3, 1, -128, 127, -1], // (−3 + 1) / 2
    [-4, 1, -128, 127, -2], // −1.5 rounds down
    [3, 1, -128, 127, 2],
    [-1, 0, -128, 127, -1],
    [-5, 0, 0, 255, 0],
    [256, 0, 0, 255, 255],
    [510, 1, 0, 255, 255],
    [509, 1, 0, 255, 255],
    [508, 1, 0, 255, 254],
    [-(2 ** 23), 23, -128, 127, -1],
    [-(2 ** 22), 23, -128, 127, 0],
    [-(2 ** 22) - 1, 23, -128, 127, -1],
  ];
  for (const [x, shift, lo, hi, expected] of cases) {
    it(`takes ${x} by a shift of ${shift} within [${lo}, ${hi}] to ${expected}`, () => {
      expect(requantize(x, shift, lo, hi)).to.equal(expected);
    });
  }
});
