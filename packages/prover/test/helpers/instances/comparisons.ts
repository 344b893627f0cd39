import { cheapestSplit } from "../../../../compiler/src/skeleton/cheapestSplit.ts";
import { range, type TemplateInstance } from "./TemplateInstance.ts";

export const comparisons: readonly TemplateInstance[] = [
  thresholdsInstance(8, [1, 128, 255, 17, 96, 100, 4]),
  thresholdsInstance(8, [128]),
  thresholdsInstance(8, [100]),
  thresholdsInstance(
    8,
    range(1, 255).filter((t) => t % 9 === 0),
  ),
  thresholdsInstance(3, [1, 2, 3, 4, 5, 6, 7], 0),
  thresholdsInstance(3, [1, 2, 3, 4, 5, 6, 7], 3),
  {
    name: "OneHot(-1, 4)",
    include: "comparisons/OneHot.circom",
    body: "signal input x; signal output y[4] <== OneHot(-1, 4)(x);",
    cases: range(-1, 2).map((x) => ({
      inputs: { x: BigInt(x) },
      outputs: range(-1, 2).map((j) => (x === j ? 1n : 0n)),
    })),
  },
];

function thresholdsInstance(
  n: number,
  thresholds: readonly number[],
  split = cheapestSplit(n, thresholds).split,
): TemplateInstance {
  const edges = thresholds.flatMap((t) => [t - 1, t]).filter((_, i) => i % Math.ceil(thresholds.length / 8) < 2);
  return {
    name: `Thresholds(${n}, ${split}, ${thresholds.length}, [${thresholds.join()}])`,
    include: "comparisons/Thresholds.circom",
    body:
      `signal input x; signal upper[${n - 1}] <== UpperBits(${n}, 0)(x); ` +
      `signal output y[${thresholds.length}] <== Thresholds(${n}, ${split}, ${thresholds.length}, [${thresholds.join()}])(Bits(${n}, 0)(x, upper));`,
    cases: [...new Set([0, 2 ** n - 1, ...edges])].map((x) => ({
      inputs: { x: BigInt(x) },
      outputs: thresholds.map((threshold) => (x >= threshold ? 1n : 0n)),
    })),
  };
}
