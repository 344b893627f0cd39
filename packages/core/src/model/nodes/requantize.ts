import { halfOf, requantize } from "../requantize.ts";
import { channelsOf } from "../shapes.ts";
import type { RequantizeNode } from "../types.ts";
import { checkInteger, checkIntegers, refuse } from "./checks.ts";
import { elementwiseBounds, magnitudeAt } from "./elementwise.ts";
import type { NonLinearKind } from "./NodeKind.ts";

export const requantizeKind: NonLinearKind<RequantizeNode> = {
  family: "nonLinear",
  tensors: [],

  shape(node, [source]) {
    const { shifts, lo, hi } = node;
    checkIntegers(node, "shifts", shifts, shifts.length === 1 ? 1 : channelsOf(source!), 0, 23);
    checkInteger(node, "lo", lo, -(2 ** 15), 2 ** 16 - 2);
    checkInteger(node, "hi", hi, lo + 1, 2 ** 16 - 1);
    if (hi - lo >= 2 ** 16) refuse(node, `clamps to [${lo}, ${hi}]`, "hi − lo below 2^16");
    return source!;
  },

  bounds({ shifts, lo, hi }, { shape }, sources) {
    let executionBound = Math.max(Math.abs(lo), Math.abs(hi));
    const bounds = elementwiseBounds(shape, sources, shifts.length, ([x], index) => {
      const shift = shifts[index % shifts.length]!;
      executionBound = Math.max(executionBound, magnitudeAt(x!) + halfOf(shift));
      return { lo: requantize(x!.lo, shift, lo, hi), hi: requantize(x!.hi, shift, lo, hi) };
    });
    return { bounds, executionBound };
  },

  run: ({ shifts, lo, hi }, _shapes, [x]) =>
    x!.map((value, index) => requantize(value, shifts[index % shifts.length]!, lo, hi)),
};
