export type { EngineName } from "./addon.ts";
export { buildAddon } from "./build.ts";
export { hasCompiler } from "./compiler.ts";
export { supportedEngines } from "./loadAddon.ts";
export { type LoadedKey, NativeGroth16, type NativeProof, type ThreadOptions } from "./NativeGroth16.ts";
export type { NativeOptions } from "./runNative.ts";
