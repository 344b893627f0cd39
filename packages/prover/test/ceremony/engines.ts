import { hasCompiler, NativeGroth16 } from "@verimesh/prover-native";
import type { CeremonyEngine } from "../../src/ceremony/CeremonyEngine.ts";
import { nativeEngine } from "../../src/ceremony/nativeEngine.ts";
import { snarkjsEngine } from "../../src/ceremony/snarkjsEngine.ts";

/** Without a compiler there is only snarkjs to test. */
export const native = hasCompiler() ? await NativeGroth16.load() : null;

/** Whatever does the work, the same is refused. */
export const engines: readonly (readonly [name: string, engine: CeremonyEngine])[] = [
  ["snarkjs", snarkjsEngine],
  ...(native === null ? [] : [["the native addon", nativeEngine(native)] as const]),
];

/** All in deep runs; otherwise the one that this machine would use, as the slow one takes most of the time. */
export const testedEngines = process.env["VERIMESH_DEEP"] === "1" ? engines : engines.slice(-1);
