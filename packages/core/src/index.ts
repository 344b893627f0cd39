export type * from "./circuit/types.ts";
export { VerimeshError, type VerimeshErrorOptions } from "./errors/VerimeshError.ts";
export type * from "./manifest/types.ts";
export type * from "./model/types.ts";
