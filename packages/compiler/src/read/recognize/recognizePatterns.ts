import type { FloatModel } from "../../float/types.ts";
import { recognizeFunctions } from "./recognizeFunctions.ts";
import { recognizeLayerNorms } from "./recognizeLayerNorms.ts";

/**
 * Finds layers that a file spells out in small operations, and puts the layer in their place: a table or an exact recipe
 * costs a circuit less than its parts, and loses less. What a group of operations is, is told by what it computes, so that
 * any spelling is found. Needs an active TensorFlow.js backend where the model takes square roots.
 */
export function recognizePatterns(model: FloatModel): FloatModel {
  return recognizeFunctions(recognizeLayerNorms(model));
}
