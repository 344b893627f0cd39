import { Random, type IntegerModel, type ModelNode } from "@verimesh/core";
import { dense, rescale } from "./denseModels.ts";
import { modelOf } from "./modelOf.ts";

export function poolModels(): IntegerModel[] {
  return [
    sums("sums of 18x22, strides 2 and 1", [18, 22], [2, 1]),
    sums("sums of all", [22, 23], [1, 1]),
    sums("sums of 2x2, with gaps", [2, 2], [3, 3]),
    largest("largest of 3x2, strides 2 and 1", [3, 2], [2, 1]),
    largest("largest of 2x2, with gaps", [2, 2], [3, 4]),
    largest("every second", [1, 1], [2, 2]),
  ];
}

function sums(name: string, window: readonly [number, number], strides: readonly [number, number]): IntegerModel {
  const pool: ModelNode = { kind: "sumPool2d", name, source: 0, window, strides, multiplier: 127 };
  return modelOf([22, 23, 3], [pool, rescale(`${name}, rescaled`, 1, { shifts: [14], lo: 0, hi: 255 })]);
}

/** Of values of twenty-four bits and both signs. */
function largest(name: string, window: readonly [number, number], strides: readonly [number, number]): IntegerModel {
  const values = dense(new Random(31), `${name}, values`, 0, 518, 3);
  return modelOf([7, 6, 518], [values, { kind: "maxPool2d", name, source: 1, window, strides }]);
}
