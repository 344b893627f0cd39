export { type Decide, type EvaluationData } from "./accuracy.ts";
export { compileModel, type CompiledModel, type CompileModelOptions } from "./compileModel.ts";
export { generateSkeleton } from "./skeleton/generateSkeleton.ts";
