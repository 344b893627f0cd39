import { elementCount } from "../shapes.ts";
import type { AtLeastNode } from "../types.ts";
import { checkTensor } from "./checks.ts";
import { elementwiseBounds, magnitudeAt } from "./elementwise.ts";
import type { NonLinearKind } from "./NodeKind.ts";

export const atLeast: NonLinearKind<AtLeastNode> = {
  family: "nonLinear",
  tensors: ["thresholds"],

  shape(node, [source]) {
    checkTensor(node, "thresholds", node.thresholds, Int32Array, [1, elementCount(source!)], [-(2 ** 24), 2 ** 24]);
    return source!;
  },

  bounds({ thresholds }, { shape }, sources) {
    let executionBound = 1;
    const bounds = elementwiseBounds(shape, sources, thresholds.length, ([x], index) => {
      const threshold = thresholds[index % thresholds.length]!;
      executionBound = Math.max(executionBound, magnitudeAt(x!));
      return { lo: x!.lo >= threshold ? 1 : 0, hi: x!.hi >= threshold ? 1 : 0 };
    });
    return { bounds, executionBound };
  },

  run: ({ thresholds }, _shapes, [x]) =>
    x!.map((value, index) => (value >= thresholds[index % thresholds.length]! ? 1 : 0)),
};
