import { elementCount } from "../../model/shapes.ts";
import type { Interval, RequantizeNode, Source } from "../../model/types.ts";
import type { Random } from "../../random.ts";
import { factorize } from "./draw.ts";
import type { Draft, Growth } from "./Growth.ts";
import { drawWindow } from "./linear.ts";

const CLAMPS: readonly Pick<RequantizeNode, "lo" | "hi">[] = [
  { lo: 0, hi: 255 },
  { lo: 0, hi: 255 },
  { lo: -128, hi: 127 },
  { lo: 0, hi: 1 },
  { lo: -1, hi: 1 },
  { lo: -7, hi: -2 },
  { lo: -32_768, hi: 32_767 },
  { lo: 0, hi: 65_535 },
];

/** Shifts near what spreads the source over eight bits. */
export function drawRequantize(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const { lo, hi } = growth.intervalOf(source);
  const spread = Math.ceil(Math.log2(Math.max(-lo, hi, 255) / 255));
  const drawShift = () => Math.min(23, Math.max(0, spread + random.integer(-3, 1)));
  const length = random.pick([1, growth.shapeOf(source).at(-1)!]);
  return { kind: "requantize", source, shifts: Array.from({ length }, drawShift), ...random.pick(CLAMPS) };
}

export function drawLookup(growth: Growth): Draft | null {
  const { random, limits } = growth;
  const source = growth.narrowed(growth.pick(), random.integer(2, limits.tableLength - 4));
  if (source === null) return null;
  const interval = growth.intervalOf(source);
  const lo = interval.lo - random.integer(0, 2);
  return {
    kind: "lookup",
    source,
    lo,
    table: drawTable(random, Math.max(2, interval.hi - lo + 1 + random.integer(0, 2))),
  };
}

function drawTable(random: Random, length: number): Int32Array {
  const kind = random.pick(["small", "large", "step", "curve", "constant"] as const);
  const [limit, edge] = [random.integer(1, 255), random.integer(0, length)];
  return Int32Array.from({ length }, (_, index) => {
    if (kind === "small") return random.integer(-limit, limit);
    if (kind === "large") return random.integer(1 - 2 ** 23, 2 ** 23 - 1);
    if (kind === "step") return index < edge ? -1 : limit;
    return kind === "curve" ? Math.round(limit * Math.tanh((index - edge) / 8)) : limit;
  });
}

export function drawMaxPool2d(growth: Growth): Draft | null {
  const source = growth.image(growth.pick());
  return source === null ? null : { kind: "maxPool2d", source, ...drawWindow(growth, source) };
}

/** Products of two branches, and squares. */
export function drawMultiply(growth: Growth): Draft | null {
  const { random } = growth;
  const a = growth.narrowed(growth.pick(), random.pick([2, 255, 4000]));
  if (a === null) return null;
  if (random.chance(0.3)) return { kind: "multiply", sources: [a, a] };
  const other = growth.arranged(random.integer(0, growth.last), growth.shapeOf(a));
  const b = other === null ? null : growth.narrowed(other, 255);
  return b === null ? null : { kind: "multiply", sources: [a, b] };
}

export function drawMatMul(growth: Growth): Draft | null {
  const { random } = growth;
  const a = growth.narrowed(asMatrix(growth, growth.pick()) ?? 0, random.pick([2, 255]));
  if (a === null || growth.shapeOf(a).length < 2) return null;
  const shape = [...growth.shapeOf(a).slice(0, -2), growth.shapeOf(a).at(-1)!, random.integer(1, 3)];
  const other = growth.arranged(random.integer(0, growth.last), shape);
  const b = other === null ? null : growth.narrowed(other, 255);
  return b === null ? null : { kind: "matMul", sources: [a, b] };
}

function asMatrix(growth: Growth, source: Source): Source | null {
  const shape = growth.shapeOf(source);
  if (shape.length > 1) return source;
  const rank = growth.random.integer(2, 4);
  return growth.append({ kind: "reshape", source, shape: factorize(growth.random, shape[0]!, rank) });
}

export function drawAtLeast(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const { lo, hi } = growth.intervalOf(source);
  const length = random.chance(0.3) ? 1 : elementCount(growth.shapeOf(source));
  return { kind: "atLeast", source, thresholds: Int32Array.from({ length }, () => threshold(random, { lo, hi })) };
}

function threshold(random: Random, { lo, hi }: Interval): number {
  return random.pick([0, lo, hi, hi + 1, random.integer(lo, hi), random.integer(lo, hi)]);
}

export function drawOneHot(growth: Growth): Draft | null {
  const { random } = growth;
  const picked = growth.pick();
  if (growth.shapeOf(picked).length > 3) return null;
  const source = growth.narrowed(picked, random.integer(1, 5));
  if (source === null) return null;
  const interval = growth.intervalOf(source);
  const lo = interval.lo - random.integer(0, 1);
  return { kind: "oneHot", source, lo, size: Math.max(2, interval.hi - lo + 1 + random.integer(0, 1)) };
}
