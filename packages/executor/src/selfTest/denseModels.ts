import { Random, type DenseNode, type IntegerModel, type RequantizeNode } from "@verimesh/core";
import { modelOf } from "./modelOf.ts";
import { hardBias, hardWeights } from "./hardWeights.ts";

export function denseModels(): IntegerModel[] {
  return [denseModel("dense 518 to 32", 518, 32, 11), denseModel("dense 33 to 7", 33, 7, 12), wideOperands()];
}

function denseModel(name: string, inputs: number, units: number, seed: number): IntegerModel {
  const random = new Random(seed);
  return modelOf(
    [inputs],
    [
      dense(random, name, 0, inputs, units),
      rescale(`${name}, rescaled`, 1, { shifts: Array.from({ length: units }, (_, o) => 8 + (o % 10)) }),
      dense(random, `${name}, scores`, 2, units, 3),
    ],
  );
}

/** Operands of sixteen bits, which TF32 and half floats round. */
function wideOperands(): IntegerModel {
  const random = new Random(13);
  return modelOf(
    [4, 8],
    [
      dense(random, "dense along the last axis", 0, 8, 6),
      rescale("sixteen bits", 1, { shifts: [2], lo: -32_768, hi: 32_767 }),
      dense(random, "dense over sixteen bits", 2, 6, 5),
    ],
  );
}

export function dense(random: Random, name: string, source: number, inputs: number, units: number): DenseNode {
  const [weights, bias] = [hardWeights(random, inputs * units, units), hardBias(random, units)];
  return { kind: "dense", name, source, inputs, units, weights, bias };
}

export function rescale(name: string, source: number, change: Partial<RequantizeNode>): RequantizeNode {
  return { kind: "requantize", name, source, shifts: [0], lo: -128, hi: 127, ...change };
}
