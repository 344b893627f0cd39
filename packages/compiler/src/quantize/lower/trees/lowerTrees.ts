import { elementCount, type Source } from "@verimesh/core";
import type { FloatSource, FloatTrees } from "../../../float/types.ts";
import type { Encoded } from "../../encoded.ts";
import type { Lowering } from "../../Lowering.ts";
import { uniform } from "../../periodic.ts";
import { impossible } from "../../refuse.ts";
import { readForest, type Choice, type Expression, type FeatureReading, type Forest } from "./forest.ts";
import { forestScale } from "./forestScale.ts";

/**
 * Decision trees: one bit for each distinct threshold that an integer can be on either side of; a split over two leaves
 * is `a + bit · (b − a)`, linear; any other costs one product. Thresholds are exact for every integer of the input;
 * leaves are rounded to one scale, about 2^20 steps for the largest score.
 */
export function lowerTrees(context: Lowering, _at: FloatSource, node: FloatTrees): Encoded {
  const { builder } = context;
  const { name, outputs, base } = node;
  const x = context.valueOf(node.source);
  const flat = context.reshape(`${name} input`, x.source, [elementCount(x.shape)]);
  const forest = readForest(node, (feature) => readingOf(context, x, feature, name));
  const scale = forestScale(forest, base);
  const integer = (value: number) => Math.round(value / scale);
  const places = new Map<Expression, number>();
  const values = forest.choices.length === 0 ? null : appendChoices(context, name, flat, forest, integer, places);

  const bias = Int32Array.from({ length: outputs }, (_, output) => integer(base[output] ?? 0));
  const roots: { readonly output: number; readonly place: number }[] = [];
  forest.scores.forEach((parts, output) => {
    for (const part of parts) {
      if (part.kind === "constant") bias[output]! += integer(part.value);
      else roots.push({ output, place: places.get(part)! });
    }
  });
  const inputs = Math.max(1, roots.length);
  const weights = new Int8Array(inputs * outputs);
  roots.forEach(({ output }, row) => (weights[row * outputs + output] = 1));
  const indices = Int32Array.from({ length: inputs }, (_, row) => roots[row]?.place ?? 0);
  const gathered = builder.append(`${name} trees`, {
    kind: "gather",
    source: values ?? flat,
    indices,
    shape: [inputs],
  });
  const source = builder.append(name, { kind: "dense", source: gathered, inputs, units: outputs, weights, bias });
  return { source, shape: [outputs], scale: uniform(scale), offset: uniform(0) };
}

function readingOf(context: Lowering, x: Encoded, feature: number, name: string): FeatureReading {
  const count = elementCount(x.shape);
  if (feature < 0 || feature >= count) {
    impossible(`"${name}" splits by feature ${feature}.`, `Expected one of the ${count} that there are.`);
  }
  const { lo, hi } = context.builder.boundsOf(x.source);
  const [scale, offset] = [x.scale[feature % x.scale.length]!, x.offset[feature % x.offset.length]!];
  return {
    interval: { lo: lo[feature % lo.length]!, hi: hi[feature % hi.length]! },
    // Features are float32 wherever the trained model sees them.
    realOf: (integer) => Math.fround(offset + integer * scale),
  };
}

/** Appends thresholds and choices, all of one height at once; notes where in the result each choice lies. */
function appendChoices(
  context: Lowering,
  name: string,
  flat: Source,
  { thresholds, choices }: Forest,
  integer: (value: number) => number,
  places: Map<Expression, number>,
): Source {
  const { builder } = context;
  const features = Int32Array.from(thresholds, ({ feature }) => feature);
  const bits = builder.append(`${name} bits`, {
    kind: "atLeast",
    source: builder.append(`${name} features`, {
      kind: "gather",
      source: flat,
      indices: features,
      shape: [features.length],
    }),
    thresholds: Int32Array.from(thresholds, (threshold) => threshold.integer),
  });
  let values: Source | null = null;
  const heights = [...new Set(choices.map(({ height }) => height))].sort((a, b) => a - b);
  for (const height of heights) {
    const level = choices.filter((choice) => choice.height === height);
    const label = `${name} height ${height}`;
    const chosen = builder.append(`${label} bits`, {
      kind: "gather",
      source: bits,
      indices: Int32Array.from(level, ({ bit }) => bit),
      shape: [level.length],
    });
    const next: Source =
      values === null
        ? appendLeaves(context, label, chosen, level, integer)
        : appendProducts(context, label, chosen, values, level, integer, places);
    const start: number = values === null ? 0 : elementCount(builder.shapeOf(values));
    level.forEach((choice, k) => places.set(choice, start + k));
    values =
      values === null
        ? next
        : builder.append(`${label} and below`, { kind: "concat", sources: [values, next], axis: 0 });
  }
  return values!;
}

/** Over two constants: `a + bit · (b − a)`. */
function appendLeaves(
  { builder }: Lowering,
  label: string,
  bits: Source,
  level: readonly Choice[],
  integer: (value: number) => number,
): Source {
  const valueOf = (expression: Expression) => (expression.kind === "constant" ? integer(expression.value) : 0);
  return builder.append(label, {
    kind: "combine",
    sources: [bits],
    multipliers: [Int32Array.from(level, ({ left, right }) => valueOf(right) - valueOf(left))],
    bias: Int32Array.from(level, ({ left }) => valueOf(left)),
  });
}

/** `left + bit · (right − left)`, where a constant stands for itself. */
function appendProducts(
  { builder }: Lowering,
  label: string,
  bits: Source,
  values: Source,
  level: readonly Choice[],
  integer: (value: number) => number,
  places: ReadonlyMap<Expression, number>,
): Source {
  const side = (which: "left" | "right") => {
    const children = level.map((choice) => choice[which]);
    return {
      values: builder.append(`${label} ${which}`, {
        kind: "gather",
        source: values,
        indices: Int32Array.from(children, (child) => places.get(child) ?? 0),
        shape: [level.length],
      }),
      factors: Int32Array.from(children, (child) => Number(child.kind === "choice")),
      constants: Int32Array.from(children, (child) => (child.kind === "constant" ? integer(child.value) : 0)),
    };
  };
  const [left, right] = [side("left"), side("right")];
  const difference = builder.append(`${label} difference`, {
    kind: "combine",
    sources: [right.values, left.values],
    multipliers: [right.factors, left.factors.map((factor) => -factor)],
    bias: right.constants.map((constant, k) => constant - left.constants[k]!),
  });
  const product = builder.append(`${label} choice`, { kind: "multiply", sources: [bits, difference] });
  return builder.append(label, {
    kind: "combine",
    sources: [product, left.values],
    multipliers: [Int32Array.of(1), left.factors],
    bias: left.constants,
  });
}
