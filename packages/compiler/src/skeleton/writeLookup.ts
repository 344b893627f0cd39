import type { LookupNode } from "@verimesh/core";
import { lookupPolynomial } from "./lookupPolynomial.ts";
import { indexList, type Place, tieLinear } from "./Place.ts";

/** One polynomial for all elements, through the entries that any of them can reach. */
export function writeLookup(node: LookupNode, place: Place): void {
  const { text, id, values } = place;
  const source = place.sources[0]!;
  let [lo, hi] = [Infinity, -Infinity];
  for (let index = 0; index < source.length; index++) {
    const constant = source.constant(index);
    if (constant !== null) {
      tieLinear(place, index, node.table[constant - node.lo]!);
      continue;
    }
    const interval = source.interval(index);
    lo = Math.min(lo, interval.lo);
    hi = Math.max(hi, interval.hi);
  }
  const { indices, at } = indexList(place, source.length, (index) => source.constant(index) === null);
  if (indices.length === 0) return;

  const polynomial = lookupPolynomial(lo, node.table.subarray(lo - node.lo, hi + 1 - node.lo));
  if (typeof polynomial === "number") {
    for (const index of indices) tieLinear(place, index, polynomial);
    return;
  }
  text.include("lookup/Lookup.circom");
  const { k, levels, scale, coefficients } = polynomial;
  const from = text.list(
    `source_${id}`,
    indices.map((index) => source.name(index)),
  );
  indices.forEach((index) => values.name(index));
  text.add(
    `var table_${id}[${coefficients.length}] = [`,
    ...coefficients.map((coefficient, i) => `    ${coefficient}${i < coefficients.length - 1 ? "," : ""}`),
    "];",
    `component node_${id}[${indices.length}];`,
    `for (var i = 0; i < ${indices.length}; i++) {`,
    `    node_${id}[i] = Lookup(${k}, ${levels}, ${scale}, table_${id});`,
    `    node_${id}[i].x <== ${from("i")};`,
    // A copy: what meets the table's field elements becomes one in the witness calculator.
    `    var value = v_${id}[${at("i")}];`,
    `    value === node_${id}[i].y;`,
    "}",
  );
}
