export type { Deployment } from "./deployment/Deployment.ts";
export { groth16VerifierAbi } from "./generated/groth16Verifier.ts";
export { jobCallbackAbi } from "./generated/jobCallback.ts";
export { jobMarketAbi } from "./generated/jobMarket.ts";
export { modelRegistryAbi } from "./generated/modelRegistry.ts";
export { providerStakingAbi } from "./generated/providerStaking.ts";
export { verifierRegistryAbi } from "./generated/verifierRegistry.ts";
export { verimeshErrorsAbi } from "./generated/verimeshErrors.ts";
export { verimeshTokenAbi } from "./generated/verimeshToken.ts";
