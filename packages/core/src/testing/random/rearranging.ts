import { elementCount } from "../../model/shapes.ts";
import type { Shape } from "../../model/types.ts";
import { drawOrder, factorize } from "./draw.ts";
import type { Draft, Growth } from "./Growth.ts";

export function drawReshape(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  return {
    kind: "reshape",
    source,
    shape: factorize(random, elementCount(growth.shapeOf(source)), random.integer(1, 4)),
  };
}

export function drawTranspose(growth: Growth): Draft {
  const source = growth.pick();
  return { kind: "transpose", source, permutation: drawOrder(growth.random, growth.shapeOf(source).length) };
}

export function drawSlice(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const shape = growth.shapeOf(source);
  const begin = shape.map((size) => random.integer(0, Math.min(2, size - 1)));
  const strides = shape.map(() => random.pick([1, 1, 2, 3]));
  const size = shape.map((length, axis) => {
    return random.integer(1, Math.ceil((length - begin[axis]!) / strides[axis]!));
  });
  return { kind: "slice", source, begin, size, strides };
}

export function drawConcat(growth: Growth): Draft {
  const { random } = growth;
  const first = growth.pick();
  const shape = growth.shapeOf(first);
  const axis = random.integer(0, shape.length - 1);
  const sources = [first];
  for (let extra = random.integer(0, 2); extra > 0; extra--) {
    const part = shape.with(axis, random.chance(0.5) ? shape[axis]! : random.integer(1, 3));
    sources.push(growth.arranged(random.integer(0, growth.last), part) ?? first);
  }
  random.shuffle(sources);
  return { kind: "concat", sources, axis };
}

export function drawPad(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const { lo, hi } = growth.intervalOf(source);
  const widths = () => growth.shapeOf(source).map(() => random.pick([0, 0, 1, 2]));
  return { kind: "pad", source, before: widths(), after: widths(), value: random.pick([0, lo, hi, -1, 255]) };
}

/** Repeats along an axis of one element, and along new axes. */
export function drawBroadcast(growth: Growth): Draft | null {
  const { random } = growth;
  const source = growth.pick();
  const shape = growth.shapeOf(source);
  const rank = Math.min(4, shape.length + random.integer(0, 1));
  const aligned: Shape = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  return { kind: "broadcast", source, shape: aligned.map((size) => (size === 1 ? random.integer(1, 3) : size)) };
}

export function drawGather(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const count = elementCount(growth.shapeOf(source));
  const indices = Int32Array.from({ length: random.integer(1, 12) }, () => random.integer(0, count - 1));
  return { kind: "gather", source, indices, shape: factorize(random, indices.length, random.integer(1, 4)) };
}
