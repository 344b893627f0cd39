import { sameShape } from "../shapes.ts";
import type { Interval, MultiplyNode } from "../types.ts";
import { refuse } from "./checks.ts";
import { elementwiseBounds, magnitudeAt, productOf } from "./elementwise.ts";
import type { NonLinearKind } from "./NodeKind.ts";

export const multiply: NonLinearKind<MultiplyNode> = {
  family: "nonLinear",
  tensors: [],

  shape(node, sources) {
    const [a, b] = sources;
    if (sources.length !== 2) refuse(node, `has ${sources.length} sources`, "2");
    if (!sameShape(a!, b!)) refuse(node, `is given [${a!.join(", ")}] and [${b!.join(", ")}]`, "one shape");
    return a!;
  },

  bounds(node, { shape }, sources) {
    const isSquare = node.sources[0] === node.sources[1];
    let executionBound = 0;
    const bounds = elementwiseBounds(shape, sources, 1, ([a, b]) => {
      executionBound = Math.max(executionBound, magnitudeAt(a!) * magnitudeAt(b!), magnitudeAt(a!), magnitudeAt(b!));
      return isSquare ? squareOf(a!) : productOf(a!, b!);
    });
    return { bounds, executionBound };
  },

  run: (_node, _shapes, [a, b]) => a!.map((value, index) => value * b![index]!),
};

function squareOf({ lo, hi }: Interval): Interval {
  const [a, b] = [lo * lo, hi * hi];
  return { lo: lo <= 0 && hi >= 0 ? 0 : Math.min(a, b), hi: Math.max(a, b) };
}
