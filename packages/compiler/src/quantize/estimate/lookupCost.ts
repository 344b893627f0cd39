import { productsOf } from "../../skeleton/lookupPolynomial.ts";

const MAX_LEVELS = 8;

const known = new WeakMap<Int32Array, Map<string, number>>();

/** Constraints of `Lookup.circom` for one element that reaches entries `first` to `last` of a table. */
export function lookupCost(table: Int32Array, first = 0, last = table.length - 1): number {
  const costs = known.get(table) ?? new Map<string, number>();
  known.set(table, costs);
  const key = `${first} ${last}`;
  const cost = costs.get(key) ?? costOf(table.subarray(first, last + 1));
  costs.set(key, cost);
  return cost;
}

function costOf(table: Int32Array): number {
  if (table.every((entry) => entry === table[0])) return 1;
  const degree = degreeOf(table);
  let least = Infinity;
  for (let levels = 1; levels <= MAX_LEVELS; levels++) {
    const unit = 2 ** levels - 1;
    const k = degree % unit === 0 ? degree / unit : Math.ceil(table.length / unit);
    least = Math.min(least, productsOf({ k, levels }), productsOf({ k: Math.ceil(table.length / unit), levels }));
  }
  return least;
}

/** Degree of the polynomial through the entries: the highest difference that is not 0. */
function degreeOf(table: Int32Array): number {
  // Modulo a prime the highest difference of a random table is 0 once in two billion times.
  const prime = 2 ** 31 - 1;
  const differences = Float64Array.from(table, (entry) => ((entry % prime) + prime) % prime);
  let degree = 0;
  for (let order = 0; order < table.length; order++) {
    if (differences[0] !== 0) degree = order;
    for (let i = 0; i + 1 < table.length - order; i++) {
      const difference = differences[i + 1]! - differences[i]!;
      differences[i] = difference < 0 ? difference + prime : difference;
    }
  }
  return degree;
}
