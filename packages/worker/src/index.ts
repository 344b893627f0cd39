export type { WorkerConfig } from "./config.ts";
export { createWorker, type Worker } from "./createWorker.ts";
export type { Terms } from "./jobs/assess.ts";
export type { Phase, Timings } from "./jobs/JobRecord.ts";
export { createLogger, type Logger } from "./log.ts";
export type { JobView, WorkerStatus } from "./status/views.ts";
