import { commonPeriod } from "../bounds/Bounds.ts";
import { channelsOf, elementCount, sameShape } from "../shapes.ts";
import type { CombineNode, Shape } from "../types.ts";
import { checkTensor, refuse } from "./checks.ts";
import type { LinearKind } from "./NodeKind.ts";

const MULTIPLIERS = [-(2 ** 24), 2 ** 24] as const;

export const combine: LinearKind<CombineNode> = {
  family: "linear",
  tensors: ["multipliers", "bias"],

  shape(node, sources) {
    const shape = sources[0]!;
    sources.forEach((other) => {
      if (!sameShape(other, shape)) refuse(node, `is given [${other.join(", ")}]`, `[${shape.join(", ")}] of each`);
    });
    if (node.multipliers.length !== sources.length) {
      refuse(node, `has ${node.multipliers.length} lists of multipliers`, `${sources.length}, one per source`);
    }
    for (const multipliers of node.multipliers) {
      checkTensor(node, "multipliers", multipliers, Int32Array, periodsOf(shape), MULTIPLIERS);
    }
    checkTensor(node, "biases", node.bias, Int32Array, periodsOf(shape));
    return shape;
  },

  work: ({ sources }, { shape }) => elementCount(shape) * sources.length,

  row({ multipliers, bias }, _shapes, index, add) {
    multipliers.forEach((list, source) => add(source, index, list[index % list.length]!));
    return bias[index % bias.length]!;
  },

  plan(node, shapes, bounds) {
    const lists = [...node.multipliers, node.bias].map((list) => list.length);
    const period = commonPeriod(...lists, ...bounds.map(({ lo }) => lo.length));
    return { node, shapes, bounds, period, starts: [0] };
  },
};

/** Lengths of what may be one for all, one per channel or one per element. */
function periodsOf(shape: Shape): number[] {
  return [1, channelsOf(shape), elementCount(shape)];
}
