import { artifactsIn } from "../../scripts/deploy/artifacts.ts";

const contracts = [
  "contracts/token/VerimeshToken",
  "contracts/access/ProtocolTimelock",
  "contracts/verifiers/Groth16Verifier",
  "contracts/verifiers/VerifierRegistry",
  "contracts/models/ModelRegistry",
  "contracts/providers/ProviderStaking",
  "contracts/providers/ProviderSelection",
  "contracts/jobs/JobMarket",
  "contracts/jobs/RequestDesk",
  "contracts/jobs/JobQuoter",
  "contracts/disputes/QuorumPolicy",
  "contracts/disputes/OptimisticPolicy",
  "examples/credit-desk/contracts/CreditDesk",
];

/** Bytes of each contract's deployed code, as `hardhat build` made it. */
export async function measureBytecode(): Promise<Record<string, number>> {
  const loadArtifact = artifactsIn();
  const sizes: Record<string, number> = {};
  for (const source of contracts) {
    const name = source.slice(source.lastIndexOf("/") + 1);
    const artifact = (await loadArtifact(`${source}.sol:${name}`)) as unknown as { deployedBytecode: string };
    sizes[name] = (artifact.deployedBytecode.length - 2) / 2;
  }
  return sizes;
}
