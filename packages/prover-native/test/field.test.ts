import { bn254 } from "@noble/curves/bn254";
import { expect } from "chai";
import { findCompiler } from "../src/compiler.ts";
import { loadAddon, supportedEngines } from "../src/loadAddon.ts";
import { compute, edgesOf, orders, pairsOf, randomBelow } from "./operands.ts";

// Without a compiler there is nothing to test; with one, a build that fails is a failure.
const engines = findCompiler() === null ? [] : await supportedEngines();
// Built here, where no test waits for it.
for (const engine of engines.filter(isWanted)) await loadAddon(engine);
const RANDOM = process.env["VERIMESH_DEEP"] ? 200_000 : 4_000;

for (const engine of engines.filter(isWanted)) {
  for (const field of ["fr", "fq"] as const) {
    describe(`the engine ${engine}, field ${field}, beside noble-curves`, () => {
      const noble = field === "fr" ? bn254.fields.Fr : bn254.fields.Fp;
      const order = orders[field];
      const binary = {
        add: (a: bigint, b: bigint) => noble.add(a, b),
        sub: (a: bigint, b: bigint) => noble.sub(a, b),
        mul: (a: bigint, b: bigint) => noble.mul(a, b),
        isZero: (a: bigint, b: bigint) => (noble.eql(a, b) ? 1n : 0n),
        mixed: (a: bigint, b: bigint) => noble.create(a - 3n * b),
      };
      for (const [operation, expected] of Object.entries(binary)) {
        it(`${operation}s any two elements`, async () => {
          const pairs = pairsOf(order, RANDOM);
          const found = compute(
            await loadAddon(engine),
            `${field}.${operation}`,
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
          );
          pairs.forEach(([a, b], i) => {
            if (found[i] !== expected(a, b)) expect(found[i], `${a}, ${b}`).to.equal(expected(a, b));
          });
        });
      }

      const unary = {
        square: (a: bigint) => noble.sqr(a),
        double: (a: bigint) => noble.add(a, a),
        negate: (a: bigint) => noble.neg(a),
        inverse: (a: bigint) => (a === 0n ? 0n : noble.inv(a)),
      };
      for (const [operation, expected] of Object.entries(unary)) {
        it(`${operation}s any element`, async () => {
          const values = [...edgesOf(order), ...Array.from({ length: 300 }, () => randomBelow(order))];
          const found = compute(await loadAddon(engine), `${field}.${operation}`, values);
          values.forEach((value, i) => expect(found[i], String(value)).to.equal(expected(value)));
        });
      }
    });
  }
}

/** `VERIMESH_NATIVE_ENGINE` leaves one. */
function isWanted(engine: string): boolean {
  return (process.env["VERIMESH_NATIVE_ENGINE"] || engine) === engine;
}
