import { bn254 } from "@noble/curves/bn254";
import { expect } from "chai";
import { findCompiler } from "../src/compiler.ts";
import { loadAddon, supportedEngines } from "../src/loadAddon.ts";
import { compute, orders, randomBelow } from "./operands.ts";

// Without a compiler there is nothing to test; with one, a build that fails is a failure.
const engines = findCompiler() === null ? [] : await supportedEngines();
// Built here, where no test waits for it.
for (const engine of engines.filter(isWanted)) await loadAddon(engine);
const R = orders.fr;
const LONG = process.env["VERIMESH_DEEP"] ? 30_000 : 1500;

/** Multiples of the generator: their logarithms say what any sum is. */
const edgeScalars = [0n, 1n, 2n, 3n, R - 1n, R - 2n, R >> 1n, (R >> 1n) + 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 253n];

for (const engine of engines.filter(isWanted)) {
  for (const group of ["g1", "g2"] as const) {
    describe(`the engine ${engine}, group ${group}, beside noble-curves`, () => {
      const coordinates = group === "g1" ? 2 : 4;
      const multiples = async (scalars: readonly bigint[]) =>
        compute(await loadAddon(engine), `${group}.multiples`, scalars);
      const sums = (pairs: readonly (readonly [bigint, bigint])[]) => multiples(pairs.map(([a, b]) => (a + b) % R));

      it("multiplies the generator by any scalar", async () => {
        const scalars = [...edgeScalars, ...Array.from({ length: 12 }, () => randomBelow(R))];
        const found = await multiples(scalars);
        scalars.forEach((scalar, i) => {
          const point = found.slice(coordinates * i, coordinates * (i + 1));
          expect(point, String(scalar)).to.deep.equal(nobleMultiple(group, scalar));
        });
      });

      for (const operation of ["add", "addComplete"]) {
        it(`${operation}s any two points: equal, opposite, infinite`, async () => {
          const scalars = [...edgeScalars.slice(0, 7), ...Array.from({ length: 5 }, () => randomBelow(R))];
          const pairs = scalars.flatMap((a) => [...scalars, (R - a) % R].map((b) => [a, b] as const));
          const [left, right] = [await multiples(pairs.map(([a]) => a)), await multiples(pairs.map(([, b]) => b))];
          const found = compute(await loadAddon(engine), `${group}.${operation}`, left, right);
          expect(found).to.deep.equal(await sums(pairs));
        });
      }

      it("multiplies any point by any scalar", async () => {
        const pairs = edgeScalars.flatMap((a) => [...edgeScalars, randomBelow(R)].map((b) => [a, b] as const));
        const found = compute(
          await loadAddon(engine),
          `${group}.times`,
          await multiples(pairs.map(([a]) => a)),
          pairs.map(([, b]) => b),
        );
        expect(found).to.deep.equal(await multiples(pairs.map(([a, b]) => (a * b) % R)));
      });

      const sumOf = async (points: readonly bigint[], scalars: readonly bigint[]) => {
        const found = compute(await loadAddon(engine), `${group}.sum`, await multiples(points), scalars);
        const total = points.reduce((sum, point, i) => (sum + point * scalars[i]!) % R, 0n);
        expect(found).to.deep.equal(await multiples([total]));
      };

      it("sums products of points and scalars: none, few, many", async () => {
        for (const count of [1, 2, 3, 17, 200, LONG]) {
          const draw = (i: number) => [0n, 1n, R - 1n, BigInt(i), R - BigInt(i + 2), 2n ** 31n + BigInt(i)][i % 9];
          const scalars = Array.from({ length: count }, (_, i) => draw(i) ?? randomBelow(R));
          await sumOf(
            scalars.map(() => randomBelow(R)),
            scalars,
          );
        }
      });

      it("sums one point taken many times, with itself, its opposite and infinity", async () => {
        const point = randomBelow(R);
        const points = Array.from({ length: 300 }, (_, i) => [point, point, R - point, 0n][i % 4]!);
        await sumOf(
          points,
          points.map(() => 1n),
        );
        await sumOf(
          points,
          points.map(() => 5n),
        );
        await sumOf(
          points,
          points.map(() => randomBelow(R)),
        );
        const same = randomBelow(R);
        await sumOf(
          points,
          points.map(() => same),
        );
      });

      it("sums scalars at the ends of every window", async () => {
        const scalars = Array.from({ length: 254 }, (_, bit) => [2n ** BigInt(bit), 2n ** BigInt(bit) - 1n]).flat();
        const valid = scalars.map((scalar) => scalar % R);
        await sumOf(
          valid.map(() => randomBelow(R)),
          valid,
        );
        await sumOf(
          valid.map(() => randomBelow(R)),
          valid.map((scalar) => (R - scalar) % R),
        );
      });

      it("refuses a point that is not on the curve", async () => {
        const addon = await loadAddon(engine);
        const off = Array.from({ length: coordinates }, () => 1n);
        expect(() => compute(addon, `${group}.times`, off, [1n])).to.throw("not on the curve");
      });
    });
  }

  describe(`the engine ${engine}, transform to the coset`, () => {
    it("agrees with evaluating the polynomial, for every size from 2^3", async () => {
      for (const bits of [3, 4, 6, 9]) {
        const size = 2 ** bits;
        // 5^((r − 1) / 2^28)
        let shift = 19103219067921713944291392827692070036145651957329286315305642004821462161904n;
        for (let order = 28; order > bits + 1; order--) shift = (shift * shift) % R;
        const root = (shift * shift) % R;
        const coefficients = Array.from({ length: Math.min(size, 20) }, () => randomBelow(R));
        const values = (start: bigint) => {
          let at = start;
          return Array.from({ length: size }, () => {
            const value = coefficients.reduceRight((sum, coefficient) => (sum * at + coefficient) % R, 0n);
            at = (at * root) % R;
            return value;
          });
        };
        expect(compute(await loadAddon(engine), "coset", values(1n))).to.deep.equal(values(shift));
      }
    });

    it("gives the same for the largest blocks as the portable engine", async () => {
      const values = Array.from({ length: 2 ** 15 }, (_, i) => BigInt(i) ** 17n % R);
      const found = compute(await loadAddon(engine), "coset", values);
      expect(found).to.deep.equal(compute(await loadAddon("portable"), "coset", values));
    });
  });
}

function nobleMultiple(group: "g1" | "g2", scalar: bigint): bigint[] {
  if (group === "g1") {
    if (scalar === 0n) return [0n, 0n];
    const { x, y } = bn254.G1.ProjectivePoint.BASE.multiply(scalar).toAffine();
    return [x, y];
  }
  if (scalar === 0n) return [0n, 0n, 0n, 0n];
  const { x, y } = bn254.G2.ProjectivePoint.BASE.multiply(scalar).toAffine();
  return [x.c0, x.c1, y.c0, y.c1];
}

/** `VERIMESH_NATIVE_ENGINE` leaves one. */
function isWanted(engine: string): boolean {
  return (process.env["VERIMESH_NATIVE_ENGINE"] || engine) === engine;
}
