import { big, type TemplateInstance } from "./TemplateInstance.ts";

export const pooling: readonly TemplateInstance[] = [
  maxInstance(2, 1, [
    [0, 0],
    [0, 1],
    [1, 0],
  ]),
  maxInstance(4, 255, [
    [-128, 127, 0, 5],
    [127, -128, -128, -128],
    [9, 9, 9, 9],
    [-128, -128, -128, -127],
  ]),
  // More values than bits: none above and one the same.
  maxInstance(5, 7, [
    [-3, 4, 4, -3, 0],
    [4, -3, -3, -3, -3],
    [-3, -3, -3, -3, -3],
    [-3, -2, -1, 0, 4],
  ]),
  maxInstance(3, 1, [
    [0, 0, 0],
    [0, 0, 1],
    [1, 1, 0],
  ]),
];

function maxInstance(n: number, span: number, cases: readonly (readonly number[])[]): TemplateInstance {
  return {
    name: `Max(${n}, ${span})`,
    include: "pooling/Max.circom",
    body: `signal input x[${n}]; signal output y <== Max(${n}, ${span})(x);`,
    cases: cases.map((x) => ({ inputs: { x: big(x) }, outputs: [BigInt(Math.max(...x))] })),
  };
}
