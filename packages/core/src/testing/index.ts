export { deepRuns } from "./deepRuns.ts";
export { exampleManifest, withoutCircuit } from "./exampleManifest.ts";
export { KINDS, randomInput, randomModel, type RandomModelOptions } from "./randomModel.ts";
export { type Case, caseFromJson, caseToJson } from "./shrink/Case.ts";
export { shrinkCase } from "./shrink/shrinkCase.ts";
export { dense, rescale, tinyConvModel, tinyDenseModel } from "./smallModels.ts";
