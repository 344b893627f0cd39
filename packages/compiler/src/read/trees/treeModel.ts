import { VerimeshError } from "@verimesh/core";
import { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { DecisionTree, FloatModel } from "../../float/types.ts";

/** What every library's file comes down to. */
export interface TreeEnsemble {
  readonly format: string;
  readonly features: number;
  readonly featureNames?: readonly string[] | undefined;
  readonly outputs: number;
  readonly base: readonly number[];
  readonly trees: readonly DecisionTree[];
  readonly droppedActivation: FloatModel["droppedActivation"];
}

/** A model of one node: trees over a vector of features. */
export function treeModel({
  format,
  features,
  featureNames,
  droppedActivation,
  ...ensemble
}: TreeEnsemble): FloatModel {
  const builder = new FloatModelBuilder([features]);
  const { outputs, trees } = ensemble;
  const output = builder.add({
    op: "trees",
    name: "trees",
    source: 0,
    outputs,
    base: Float64Array.from(ensemble.base),
    trees,
  });
  return { ...builder.finish(format, output, featureNames), droppedActivation };
}

/** @throws VerimeshError `LAYER_UNSUPPORTED` */
export function refuseTrees(fact: string, details: string): never {
  throw new VerimeshError(`The tree ensemble ${fact}.`, { code: "LAYER_UNSUPPORTED", details });
}
