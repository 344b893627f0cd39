export { BACKEND_NAMES, loadBackend, type Backend, type BackendName } from "./backend.ts";
export { createExecutor, type Executor } from "./executor.ts";
export { registerTrainingKernels } from "./trainingKernels.ts";
export { selfTest } from "./selfTest.ts";
