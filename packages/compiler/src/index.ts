export { type Decide, type EvaluationData } from "./accuracy.ts";
export {
  compileModel,
  type CalibrationReport,
  type CompiledModel,
  type CompileModelOptions,
  type TradePoint,
} from "./compileModel.ts";
export { runFloat, runFloatBatches, type FloatBatch, type RunFloatOptions } from "./float/runFloat.ts";
export type * from "./float/types.ts";
export { estimateConstraints, type ConstraintEstimate } from "./quantize/estimate/estimateConstraints.ts";
export type { SearchProgress } from "./quantize/search/searchPlan.ts";
export { readLayersModel } from "./read/layers/readLayersModel.ts";
export { generateSkeleton } from "./skeleton/generateSkeleton.ts";
