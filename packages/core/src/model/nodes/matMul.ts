import { compressBounds, hullOf, uniformBounds, type Bounds } from "../bounds/Bounds.ts";
import { channelsOf, elementCount, sameShape } from "../shapes.ts";
import type { MatMulNode } from "../types.ts";
import { checkShape, refuse } from "./checks.ts";
import { intervalAt, magnitudeAt, productOf } from "./elementwise.ts";
import { BOUNDS_WORK_LIMIT, type NodeShapes, type NonLinearKind } from "./NodeKind.ts";

export const matMul: NonLinearKind<MatMulNode> = {
  family: "nonLinear",
  tensors: [],

  shape(node, sources) {
    const [a, b] = sources;
    if (sources.length !== 2) refuse(node, `has ${sources.length} sources`, "2");
    const fits = a!.length >= 2 && a!.length === b!.length && a!.at(-1) === b!.at(-2);
    if (!fits || !sameShape(a!.slice(0, -2), b!.slice(0, -2))) {
      refuse(node, `multiplies [${a!.join(", ")}] by [${b!.join(", ")}]`, "[…, m, k] and […, k, n]");
    }
    return checkShape(node, [...a!.slice(0, -1), b!.at(-1)!]);
  },

  work,

  bounds(node, shapes, [a, b]) {
    const { shape } = shapes;
    const isUniform = work(node, shapes) > BOUNDS_WORK_LIMIT || (a!.lo.length === 1 && b!.lo.length === 1);
    const [left, right] = isUniform ? [uniform(a!), uniform(b!)] : [a!, b!];
    const count = isUniform ? 1 : elementCount(shape);
    const [lo, hi] = [new Float64Array(count), new Float64Array(count)];
    let executionBound = 0;
    for (let index = 0; index < count; index++) {
      let magnitude = 0;
      eachProduct(shapes, index, (i, j) => {
        const [x, y] = [intervalAt(left, i), intervalAt(right, j)];
        const product = productOf(x, y);
        lo[index]! += product.lo;
        hi[index]! += product.hi;
        magnitude += Math.max(1, magnitudeAt(x)) * Math.max(1, magnitudeAt(y));
      });
      executionBound = Math.max(executionBound, magnitude);
    }
    return { bounds: compressBounds({ lo, hi }, shape), executionBound };
  },

  run(_node, shapes, [a, b]) {
    return Int32Array.from({ length: elementCount(shapes.shape) }, (_, index) => {
      let sum = 0;
      eachProduct(shapes, index, (i, j) => (sum += a![i]! * b![j]!));
      return sum;
    });
  },
};

function work(_node: MatMulNode, { sources, shape }: NodeShapes): number {
  return elementCount(shape) * channelsOf(sources[0]!);
}

/** Tells the pairs of elements whose products result `index` is the sum of. */
function eachProduct({ sources, shape }: NodeShapes, index: number, visit: (i: number, j: number) => void): void {
  const [k, n, m] = [channelsOf(sources[0]!), shape.at(-1)!, shape.at(-2)!];
  const column = index % n;
  const row = (index - column) / n;
  const matrix = Math.floor(row / m);
  for (let step = 0; step < k; step++) visit(row * k + step, (matrix * k + step) * n + column);
}

function uniform(bounds: Bounds): Bounds {
  const { lo, hi } = hullOf(bounds);
  return uniformBounds(lo, hi);
}
