import { elementCount } from "../model/shapes.ts";
import type { Hiding, IntegerModel, ModelNode, OutputRule, Shape } from "../model/types.ts";
import { Random } from "../random.ts";
import { Growth, type Draft } from "./random/Growth.ts";
import { drawCombine, drawConv2d, drawDense, drawSumPool2d } from "./random/linear.ts";
import {
  drawAtLeast,
  drawLookup,
  drawMatMul,
  drawMaxPool2d,
  drawMultiply,
  drawOneHot,
  drawRequantize,
} from "./random/nonLinear.ts";
import {
  drawBroadcast,
  drawConcat,
  drawGather,
  drawPad,
  drawReshape,
  drawSlice,
  drawTranspose,
} from "./random/rearranging.ts";

export interface RandomModelOptions {
  /** Kinds of nodes to draw from, apart from those that bring sources into shape and range; default all. */
  readonly kinds?: readonly ModelNode["kind"][];
  /** Drawn nodes at most; default 6. Those that bring sources into shape and range come on top. */
  readonly maxNodes?: number;
  /** Elements of any one tensor at most; default 96. */
  readonly maxElements?: number;
  /** Entries of a lookup's table at most; default 300. */
  readonly maxTableLength?: number;
  /** Fixes the answer; random by default. */
  readonly output?: OutputRule["kind"];
  /** Default `nothing`. */
  readonly hides?: Hiding;
}

const DRAWS: Readonly<Record<ModelNode["kind"], (growth: Growth) => Draft | null>> = {
  dense: drawDense,
  conv2d: drawConv2d,
  sumPool2d: drawSumPool2d,
  combine: drawCombine,
  reshape: drawReshape,
  transpose: drawTranspose,
  slice: drawSlice,
  concat: drawConcat,
  pad: drawPad,
  broadcast: drawBroadcast,
  gather: drawGather,
  requantize: drawRequantize,
  lookup: drawLookup,
  maxPool2d: drawMaxPool2d,
  multiply: drawMultiply,
  matMul: drawMatMul,
  atLeast: drawAtLeast,
  oneHot: drawOneHot,
};

export const KINDS = Object.keys(DRAWS) as ModelNode["kind"][];

/**
 * A random valid integer model over all kinds of nodes: branches, shared sources, rearrangements, strides, dilations,
 * padding, groups, extreme and zero weights, shifts per channel, tables, thresholds. No partial sum reaches 2^24. The
 * same seed and options give the same model.
 */
export function randomModel(seed: number, options: RandomModelOptions = {}): IntegerModel {
  const { kinds = KINDS, maxNodes = 6, maxElements = 96, maxTableLength = 300, hides = "nothing" } = options;
  const random = new Random(seed);
  const inputShape = drawInputShape(random, maxElements);
  const growth = new Growth(random, inputShape, { elements: maxElements, tableLength: maxTableLength });
  const count = random.integer(1, maxNodes);
  const most = growth.nodes.length + 20 * count;
  for (let drawn = 0, tries = 0; drawn < count && tries < most; tries++) {
    const draft = DRAWS[random.pick(kinds)](growth);
    if (draft && growth.append(draft) !== null) drawn++;
  }
  return finished(growth, inputShape, options.output ?? random.pick(["scores", "argmax", "topK"]), hides);
}

/** Random input bytes: uniform, all 0, all 255, or a mix of the extremes. */
export function randomInput(seed: number, shape: Shape): Uint8Array {
  const random = new Random(seed);
  const kind = random.pick(["uniform", "uniform", "zero", "full", "extremes"] as const);
  return Uint8Array.from({ length: elementCount(shape) }, () => {
    if (kind === "zero") return 0;
    if (kind === "full") return 255;
    return kind === "extremes" ? random.pick([0, 1, 254, 255]) : random.integer(0, 255);
  });
}

function drawInputShape(random: Random, maxElements: number): Shape {
  const rank = random.pick([1, 1, 2, 3, 3, 3, 4]);
  const most = Math.min(rank === 1 ? 24 : rank === 4 ? 3 : 7, Math.floor(maxElements ** (1 / rank)));
  return Array.from({ length: rank }, (_, axis) =>
    random.integer(1, rank === 3 && axis === 2 ? Math.min(4, most) : most),
  );
}

/** With an answer that fits its words. */
function finished(growth: Growth, inputShape: Shape, kind: OutputRule["kind"], hides: Hiding): IntegerModel {
  const { random, nodes } = growth;
  const model = (): IntegerModel => {
    const scores = elementCount(growth.shapeOf(growth.last));
    const output: OutputRule = kind === "topK" ? { kind, k: random.integer(1, Math.min(4, scores - 1)) } : { kind };
    return { format: "verimesh-integer-model/2", inputShape, nodes: [...nodes], output, hides };
  };
  const scores = elementCount(growth.shapeOf(growth.last));
  const isFew = nodes.length > 0 && scores <= 24 && (kind === "scores" || scores > 1);
  if (isFew) return model();
  const indices = Int32Array.from({ length: random.integer(2, 8) }, () => random.integer(0, scores - 1));
  growth.append({ kind: "gather", source: growth.last, indices, shape: [indices.length] });
  return model();
}
