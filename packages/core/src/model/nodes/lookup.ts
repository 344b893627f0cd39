import { hullOf } from "../bounds/Bounds.ts";
import { MODEL_LIMITS } from "../limits.ts";
import type { Interval, LookupNode } from "../types.ts";
import { checkInteger, checkTensor, refuse, VALUE_LIMIT } from "./checks.ts";
import { elementwiseBounds } from "./elementwise.ts";
import type { NonLinearKind } from "./NodeKind.ts";

export const lookup: NonLinearKind<LookupNode> = {
  family: "nonLinear",
  tensors: ["table"],

  shape(node, [source]) {
    const { lo, table } = node;
    checkInteger(node, "lo", lo, 1 - VALUE_LIMIT, VALUE_LIMIT - 1);
    checkInteger(node, "a table of length", table.length, 2, MODEL_LIMITS.table);
    checkTensor(node, "table entries", table, Int32Array, [table.length], [1 - VALUE_LIMIT, VALUE_LIMIT - 1]);
    return source!;
  },

  bounds(node, { shape }, sources) {
    const { lo, table } = node;
    const reached = hullOf(sources[0]!);
    if (reached.lo < lo || reached.hi >= lo + table.length) {
      refuse(node, `can be given ${reached.lo} to ${reached.hi}`, `a source within ${lo} to ${lo + table.length - 1}`);
    }
    const known = new Map<number, Interval>();
    const bounds = elementwiseBounds(shape, sources, 1, ([x]) => {
      const key = (x!.lo - lo) * MODEL_LIMITS.table + (x!.hi - lo);
      if (!known.has(key)) known.set(key, hullOfEntries(table.subarray(x!.lo - lo, x!.hi - lo + 1)));
      return known.get(key)!;
    });
    const largest = table.reduce((most, entry) => Math.max(most, Math.abs(entry)), table.length);
    return { bounds, executionBound: Math.max(largest, Math.abs(lo) + table.length) };
  },

  run: ({ lo, table }, _shapes, [x]) => x!.map((value) => table[value - lo]!),
};

function hullOfEntries(entries: Int32Array): Interval {
  return {
    lo: entries.reduce((least, entry) => Math.min(least, entry)),
    hi: entries.reduce((most, entry) => Math.max(most, entry)),
  };
}
