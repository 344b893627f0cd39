import { FLOAT32_EXACT_LIMIT, modelBounds, type IntegerModel } from "@verimesh/core";
import { conv2dModels } from "./conv2dModels.ts";
import { denseModels } from "./denseModels.ts";
import { elementwiseModels } from "./elementwiseModels.ts";
import { poolModels } from "./poolModels.ts";

/** Fixed models whose partial sums, products and values come as near to 2^24 as a valid model's can. */
export function hardModels(): IntegerModel[] {
  return [...denseModels(), ...conv2dModels(), ...poolModels(), ...elementwiseModels()].map(withinBounds);
}

/** Moves every weight towards zero until the bound holds. */
function withinBounds(model: IntegerModel): IntegerModel {
  if (Math.max(...modelBounds(model).executionBounds) < FLOAT32_EXACT_LIMIT) return model;
  const nodes = model.nodes.map((node) =>
    node.kind === "dense" || node.kind === "conv2d"
      ? { ...node, weights: node.weights.map((weight) => weight - Math.sign(weight)) }
      : node,
  );
  return withinBounds({ ...model, nodes });
}
