export { boost, toXgboostJson, type BoostedNode, type BoostOptions } from "./boost.ts";
export { loadTrainingBackend } from "./backend.ts";
export { fit, type FitOptions } from "./fit.ts";
export { shuffled } from "./shuffled.ts";
export type { Sample, TrainedModel, TrainOptions } from "./types.ts";
export { encodingOf, normalized, splitByClass, takeRawFeatures } from "./tabular.ts";
