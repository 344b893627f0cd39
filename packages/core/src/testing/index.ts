export { deepRuns } from "./deepRuns.ts";
export { exampleManifest, withoutCircuit } from "./exampleManifest.ts";
export { randomInput, randomModel, type RandomModelOptions } from "./randomModel.ts";
export { dense, tinyConvModel, tinyDenseModel } from "./smallModels.ts";
