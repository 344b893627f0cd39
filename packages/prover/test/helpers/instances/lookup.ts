import { lookupPolynomial } from "../../../../compiler/src/skeleton/lookupPolynomial.ts";
import { range, type TemplateInstance } from "./TemplateInstance.ts";

export const lookups: readonly TemplateInstance[] = [
  lookupInstance(
    "sigmoid",
    -128,
    range(-128, 127).map((x) => Math.round(8_388_000 / (1 + Math.exp(-x / 16)))),
  ),
  lookupInstance(
    "step",
    0,
    range(0, 99).map((x) => (x < 50 ? -3 : 7)),
  ),
  lookupInstance(
    "line",
    -5,
    range(-5, 5).map((x) => 3 * x - 1),
  ),
  lookupInstance(
    "square",
    -8,
    range(-8, 8).map((x) => x * x),
  ),
  lookupInstance("two entries", 3, [8_000_000, -8_000_000]),
];

function lookupInstance(what: string, lo: number, table: readonly number[]): TemplateInstance {
  const polynomial = lookupPolynomial(lo, table);
  if (typeof polynomial === "number") throw new TypeError("a constant table takes no lookup");
  const { k, levels, scale, coefficients } = polynomial;
  return {
    name: `Lookup(${k}, ${levels}, …): ${what}, ${table.length} entries`,
    include: "lookup/Lookup.circom",
    body:
      `signal input x; signal output y; component table = Lookup(${k}, ${levels}, ${scale}, [${coefficients.join()}]); ` +
      "table.x <== x; y <== table.y;",
    cases: table.flatMap((value, i) =>
      i % Math.ceil(table.length / 24) === 0 || i === table.length - 1
        ? [{ inputs: { x: BigInt(lo + i) }, outputs: [BigInt(value)] }]
        : [],
    ),
  };
}
