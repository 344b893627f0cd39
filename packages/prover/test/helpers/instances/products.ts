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
];
