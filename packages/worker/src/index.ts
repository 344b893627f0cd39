export type { WorkerConfig } from "./config.ts";
export { createWorker, type Worker } from "./createWorker.ts";
export type { Terms } from "./jobs/assess.ts";
export type { Phase, Timings } from "./jobs/JobRecord.ts";
export type { Journal } from "./journal/Journal.ts";
export { createLogger, type Logger } from "./log.ts";
export type { WorkerParts } from "./openWorkshop.ts";
export type { JobView, WorkerStatus } from "./status/views.ts";
