import { Random, type IntegerModel, type ModelNode } from "@verimesh/core";
import { dense, rescale } from "./denseModels.ts";
import { modelOf } from "./modelOf.ts";

const SHIFTS = [23, 22, 21, 17, 12, 7, 1, 0];

export function elementwiseModels(): IntegerModel[] {
  return [shifts(), combinations(), products(), matrixProducts(), tables(), comparisons(), rearrangements()];
}

/** Every shift, on values of twenty-four bits and both signs. */
function shifts(): IntegerModel {
  const random = new Random(41);
  return modelOf(
    [16, 518],
    [
      dense(random, "values of 24 bits", 0, 518, 8),
      rescale("to eight bits", 1, { shifts: SHIFTS }),
      rescale("to sixteen bits", 1, { shifts: SHIFTS, lo: -32_768, hi: 32_767 }),
    ],
  );
}

function combinations(): IntegerModel {
  const bytes = Array.from({ length: 3 }, (_, k): ModelNode => rescale(`branch ${k}`, 0, { lo: k, hi: 255 - k }));
  const multipliers = [Int32Array.of(21_929), Int32Array.of(-21_930, 21_931, 7, -1), new Int32Array(24).fill(21_867)];
  const bias = Int32Array.of(-3, 5, 1, 0);
  return modelOf(
    [6, 4],
    [...bytes, { kind: "combine", name: "three branches", sources: [1, 2, 3], multipliers, bias }],
  );
}

function products(): IntegerModel {
  const random = new Random(42);
  const node = (name: string, ...sources: [number, number]): ModelNode => ({ kind: "multiply", name, sources });
  return modelOf(
    [8, 40],
    [
      dense(random, "values", 0, 40, 9),
      rescale("twelve bits", 1, { shifts: [4], lo: -4095, hi: 4095 }),
      rescale("twelve bits more", 1, { shifts: [6], lo: 0, hi: 4095 }),
      node("squares", 2, 2),
      node("products", 2, 3),
    ],
  );
}

/** Of bytes with numbers of fourteen bits, which TF32 rounds. */
function matrixProducts(): IntegerModel {
  const random = new Random(43);
  return modelOf(
    [2, 5, 64],
    [
      { kind: "transpose", name: "columns", source: 0, permutation: [0, 2, 1] },
      dense(random, "values", 0, 64, 12),
      rescale("fourteen bits", 2, { shifts: [3], lo: -13_156, hi: 13_156 }),
      { kind: "matMul", name: "matrix products", sources: [1, 3] },
    ],
  );
}

function tables(): IntegerModel {
  const random = new Random(44);
  const table = Int32Array.from({ length: 1024 }, () => random.pick([-1, 1]) * (2 ** 23 - random.integer(1, 999)));
  return modelOf(
    [7, 9],
    [
      { kind: "lookup", name: "table of bytes", source: 0, lo: 0, table: table.slice(0, 256) },
      { kind: "combine", name: "shifted", sources: [0], multipliers: [Int32Array.of(4)], bias: Int32Array.of(-500) },
      { kind: "lookup", name: "table of 1024", source: 2, lo: -501, table },
    ],
  );
}

/** Of values around their thresholds. */
function comparisons(): IntegerModel {
  const random = new Random(45);
  const thresholds = Int32Array.from({ length: 24 }, (_, i) => 65_000 * 255 + (i % 3) - 1);
  return modelOf(
    [4, 6],
    [
      { kind: "combine", name: "scaled", sources: [0], multipliers: [Int32Array.of(65_000)], bias: Int32Array.of(0) },
      { kind: "atLeast", name: "at least", source: 1, thresholds },
      dense(random, "values", 0, 6, 5),
      rescale("three bits", 3, { shifts: [13], lo: -4, hi: 3 }),
      { kind: "oneHot", name: "one hot", source: 4, lo: -4, size: 8 },
    ],
  );
}

/** Of values of twenty-four bits, read off at the end. */
function rearrangements(): IntegerModel {
  const random = new Random(46);
  const factor: ModelNode = {
    ...{ kind: "combine", name: "read off", sources: [8] },
    ...{ multipliers: [Int32Array.of(-1)], bias: Int32Array.of(0) },
  };
  return modelOf(
    [3, 4, 518],
    [
      dense(random, "values", 0, 518, 5),
      { kind: "transpose", name: "turned", source: 1, permutation: [2, 0, 1] },
      { kind: "slice", name: "cut", source: 2, begin: [0, 0, 1], size: [3, 3, 2], strides: [2, 1, 2] },
      { kind: "pad", name: "padded", source: 3, before: [1, 0, 2], after: [0, 1, 0], value: 1 - 2 ** 23 },
      { kind: "concat", name: "joined", sources: [4, 4, 4], axis: 1 },
      { kind: "reshape", name: "split", source: 5, shape: [4, 1, 12, 4] },
      { kind: "broadcast", name: "repeated", source: 6, shape: [4, 3, 12, 4] },
      gatherOf(7, 4 * 3 * 12 * 4),
      factor,
    ],
  );
}

function gatherOf(source: number, count: number): ModelNode {
  const random = new Random(47);
  const indices = Int32Array.from({ length: 100 }, () => random.integer(0, count - 1));
  return { kind: "gather", name: "picked", source, indices, shape: [10, 10] };
}
