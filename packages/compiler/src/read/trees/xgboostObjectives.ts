import type { FloatModel } from "../../float/types.ts";
import { refuseTrees } from "./treeModel.ts";

interface Objective {
  readonly activation: FloatModel["droppedActivation"];
  /** Whether the file's base score is a probability, whose log odds are added. */
  readonly baseIsProbability: boolean;
}

const REGRESSION: Objective = { activation: "linear", baseIsProbability: false };
const LOGISTIC: Objective = { activation: "sigmoid", baseIsProbability: true };
const SOFTMAX: Objective = { activation: "softmax", baseIsProbability: false };

const OBJECTIVES: Readonly<Record<string, Objective>> = {
  "reg:squarederror": REGRESSION,
  "reg:squaredlogerror": REGRESSION,
  "reg:absoluteerror": REGRESSION,
  "reg:pseudohubererror": REGRESSION,
  "reg:quantileerror": REGRESSION,
  "rank:pairwise": REGRESSION,
  "rank:ndcg": REGRESSION,
  "rank:map": REGRESSION,
  "binary:hinge": REGRESSION,
  "binary:logitraw": REGRESSION,
  "binary:logistic": LOGISTIC,
  "reg:logistic": LOGISTIC,
  "multi:softmax": SOFTMAX,
  "multi:softprob": SOFTMAX,
};

/** @throws VerimeshError `LAYER_UNSUPPORTED` for an objective whose scores are not what the trees add up to */
export function xgboostObjective(name: string): Objective {
  if (Object.hasOwn(OBJECTIVES, name)) return OBJECTIVES[name]!;
  return refuseTrees(
    `has objective "${name}"`,
    `Supported are ${Object.keys(OBJECTIVES).join(", ")}. For counts and durations train reg:squarederror on their logarithm.`,
  );
}

/** What a base score adds to a score. */
export function baseMargin({ baseIsProbability }: Objective, base: number): number {
  if (!baseIsProbability) return base;
  if (base > 0 && base < 1) return Math.log(base / (1 - base));
  return refuseTrees(`has base score ${base}`, "Expected a probability above 0 and below 1.");
}
