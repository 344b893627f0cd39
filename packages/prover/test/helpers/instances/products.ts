import { big, type TemplateInstance } from "./TemplateInstance.ts";

export const products: readonly TemplateInstance[] = [
  {
    name: "MatMul(2, 3, 2)",
    include: "products/MatMul.circom",
    body: "signal input a[6]; signal input b[6]; signal output c[4] <== MatMul(2, 3, 2)(a, b);",
    cases: [
      { inputs: { a: big([1, 2, 3, 4, 5, 6]), b: big([7, -8, 9, 10, 11, 12]) }, outputs: big([58, 48, 139, 90]) },
      { inputs: { a: big([0, 0, 0, -1, 0, 1]), b: big([3, 4, 5, 6, 7, 8]) }, outputs: big([0, 0, 4, 4]) },
    ],
  },
  // The results confined to [-2^15, 2^15), in chunks of 15 rows.
  packedInstance(2, 3, 2, [
    [
      [1, 2, 3, 4, 5, 6],
      [7, -8, 9, 10, 11, 12],
    ],
    [
      [0, 0, 0, -1, 0, 181],
      [181, -181, 5, 6, 181, -181],
    ],
  ]),
  packedInstance(17, 1, 1, [[Array.from({ length: 17 }, (_, i) => 9 - i), [-77]]]),
];

function packedInstance(
  m: number,
  k: number,
  n: number,
  cases: readonly (readonly [readonly number[], readonly number[]])[],
): TemplateInstance {
  return {
    name: `PackedMatMul(${m}, ${k}, ${n}, 16) and ${m * n} ranges of 16`,
    include: "products/PackedMatMul.circom",
    body: `signal input a[${m * k}]; signal input b[${k * n}]; signal output c[${m * n}];
      for (var i = 0; i < ${m * n}; i++) {
        var sum = 0;
        for (var j = 0; j < ${k}; j++) { sum += a[(i \\ ${n}) * ${k} + j] * b[j * ${n} + i % ${n}]; }
        c[i] <-- sum;
        _ <== UpperBits(16, 1 << 15)(c[i]);
      }
      PackedMatMul(${m}, ${k}, ${n}, 16)(a, b, c);`,
    cases: cases.map(([a, b]) => ({
      inputs: { a: big(a), b: big(b) },
      outputs: Array.from({ length: m * n }, (_, i) =>
        Array.from({ length: k }, (_, j) => BigInt(a[Math.floor(i / n) * k + j]! * b[j * n + (i % n)]!)).reduce(
          (x, y) => x + y,
        ),
      ),
    })),
  };
}
