import type { Hiding, InputEncoding, IntegerModel, OutputRule } from "@verimesh/core";
import type { FloatModel, FloatNode, FloatSource } from "../float/types.ts";
import type { Encoded } from "./encoded.ts";
import { IntegerModelBuilder } from "./IntegerModelBuilder.ts";
import { Lowering } from "./Lowering.ts";
import { lowerAffine, lowerSum, lowerWeightedSum } from "./lower/combine.ts";
import { lowerConv2d } from "./lower/conv2d.ts";
import { lowerDense } from "./lower/dense.ts";
import { lowerEmbedding } from "./lower/embedding.ts";
import { lowerExtremum } from "./lower/extremum.ts";
import { lowerLayerNorm } from "./lower/layerNorm.ts";
import { lowerAveragePool, lowerMaxPool } from "./lower/pools.ts";
import { lowerMatMul, lowerProduct } from "./lower/products.ts";
import { lowerConcat, lowerPad, lowerRearranging } from "./lower/rearrange.ts";
import { settled } from "./lower/settle.ts";
import { lowerSoftmax } from "./lower/softmax.ts";
import { lowerTrees } from "./lower/trees/lowerTrees.ts";
import { lowerUnary } from "./lower/unary.ts";
import { isUniform, uniform } from "./periodic.ts";
import type { QuantizationPlan } from "./plan.ts";
import { settlementOf } from "./settlement.ts";
import type { Statistics } from "./Statistics.ts";

export interface QuantizedModel {
  readonly model: IntegerModel;
  /** Real score = integer score · outputScale. */
  readonly outputScale: number;
  /** Names of the rescalings that clamp at the calibrated range alone. */
  readonly openable: ReadonlySet<string>;
}

export interface QuantizeOptions {
  readonly output: OutputRule;
  readonly hides: Hiding;
  readonly inputEncoding: InputEncoding;
  readonly plan: QuantizationPlan;
  /** Of `floatModel` itself. */
  readonly statistics: Statistics;
  /** Inputs by which biases are corrected, those that come first in the statistics. */
  readonly probes: readonly Uint8Array[];
}

/**
 * Makes the integer model of a simplified float model, one recipe for each kind of step (`lower/`). A tensor's scale is
 * any real number, folded into the weights that read it; only the scores have one scale for all, so that they compare.
 *
 * @param floatModel as `simplify` gives it
 * @throws VerimeshError `QUANTIZATION_IMPOSSIBLE` naming the step; as `validateModel`
 */
export function quantizeModel(floatModel: FloatModel, options: QuantizeOptions): QuantizedModel {
  const { inputEncoding, output, hides, plan, statistics, probes } = options;
  const builder = new IntegerModelBuilder(floatModel.inputShape, probes);
  const context = new Lowering(
    { builder, model: floatModel, plan, statistics, output },
    { scale: Float64Array.from(inputEncoding.scale), offset: Float64Array.from(inputEncoding.offset) },
  );
  floatModel.nodes.forEach((node, k) => {
    const encoded = lower(context, k + 1, node);
    const isSettled = settlementOf(context, k + 1).at === k + 1;
    context.push(isSettled ? settled(context, node.name, encoded) : encoded);
  });
  const scores = comparable(context);
  const model = builder.finish(scores.source, output, hides);
  return { model, outputScale: scores.scale[0]!, openable: context.openable };
}

function lower(context: Lowering, at: FloatSource, node: FloatNode): Encoded {
  switch (node.op) {
    case "dense":
      return lowerDense(context, at, node);
    case "conv2d":
      return lowerConv2d(context, at, node);
    case "averagePool2d":
      return lowerAveragePool(context, at, node);
    case "maxPool2d":
      return lowerMaxPool(context, at, node);
    case "affine":
      return lowerAffine(context, at, node);
    case "unary":
      return lowerUnary(context, at, node);
    case "add":
    case "subtract":
      return lowerSum(context, at, node);
    case "multiply":
      return lowerProduct(context, at, node);
    case "maximum":
    case "minimum":
      return lowerExtremum(context, at, node);
    case "matMul":
      return lowerMatMul(context, at, node);
    case "softmax":
      return lowerSoftmax(context, at, node);
    case "layerNorm":
      return lowerLayerNorm(context, at, node);
    case "embedding":
      return lowerEmbedding(context, at, node);
    case "reshape":
    case "transpose":
    case "slice":
    case "broadcast":
      return lowerRearranging(context, at, node);
    case "concat":
      return lowerConcat(context, at, node);
    case "pad":
      return lowerPad(context, at, node);
    case "trees":
      return lowerTrees(context, at, node);
  }
}

/** The scores on one scale, so that they compare; without an offset, unless their order alone counts. */
function comparable(context: Lowering): Encoded {
  const last = context.model.nodes.length;
  const scores = context.valueOf(last);
  const isOrder = context.output.kind !== "scores";
  const isOffsetFree = isOrder ? isUniform(scores.offset) : scores.offset.every((value) => value === 0);
  if (isUniform(scores.scale) && isOffsetFree) {
    if (scores.source > 0) return scores;
    // The input itself: a model has one node at least.
    return { ...scores, source: context.builder.append("scores", { kind: "reshape", source: 0, shape: scores.shape }) };
  }
  return lowerWeightedSum(context, last, "scores", [scores], [uniform(1)], uniform(0), { kind: "scores" });
}
