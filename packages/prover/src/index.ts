export { NativeGroth16 } from "@verimesh/prover-native";
export { auditProvingKey, type KeyAudit, type KeyAuditOptions } from "./audit/auditProvingKey.ts";
export { cacheDirectory, ContentCache } from "./cache/ContentCache.ts";
export * from "./ceremony/index.ts";
export { checkLayout } from "./compile/checkLayout.ts";
export { circuitsDirectory } from "./compile/circuitsDirectory.ts";
export { compileCached, type CacheOptions } from "./compile/compileCached.ts";
export {
  CIRCOM_VERSION,
  COMPILER_VERSION,
  compileCircuit,
  type CompileCircuitOptions,
  type CompiledCircuit,
} from "./compile/compileCircuit.ts";
export { linkModel } from "./link/linkModel.ts";
export { linkWeights } from "./link/linkWeights.ts";
export { DEFAULT_KEY_CACHE_BYTES } from "./prove/KeyCache.ts";
export { NativeProver, type NativeProverOptions } from "./prove/NativeProver.ts";
export { type OpenedProver, openProver, type OpenProverOptions, type ProverChoice } from "./prove/openProver.ts";
export { ProcessProver } from "./prove/ProcessProver.ts";
export { proveWithSnarkjs } from "./prove/proveWithSnarkjs.ts";
export { readVerificationKey } from "./prove/readVerificationKey.ts";
export { endThreads } from "./prove/snarkjsCurve.ts";
export { SnarkjsProver } from "./prove/SnarkjsProver.ts";
export { verifyProof } from "./prove/verifyProof.ts";
export { checkWitness, findViolation, type ConstraintViolation } from "./r1cs/checkWitness.ts";
export { hashR1cs, publicSignalCount, readR1cs, type R1cs } from "./r1cs/readR1cs.ts";
export { setupDevCached } from "./setup/setupCached.ts";
export { setupDev, type DevSetup, type SetupOptions } from "./setup/setupDev.ts";
export { calculateWitness } from "./witness/calculateWitness.ts";
export { readWitness, writeWitness } from "./witness/wtns.ts";
