import { spawn } from "node:child_process";
import { VerimeshError } from "@verimesh/core";
import type { Deployment } from "@verimesh/sdk";
import { type Address, parseEther } from "viem";
import { artifactsIn } from "../deploy/artifacts.ts";
import { deployContract } from "../deploy/deployContract.ts";
import { deployProtocol } from "../deploy/deployProtocol.ts";
import { PARTS, publicClientOf, walletOf } from "./accounts.ts";
import type { RegisteredModel } from "./jobs.ts";
import type { Reporter } from "./reporter.ts";

/** Compiles the contracts; Hardhat does nothing if they have not changed. */
export async function buildContracts(reporter: Reporter, signal: AbortSignal): Promise<void> {
  const step = reporter.step("Compiling the contracts");
  const child = spawn("hardhat", ["build", "--quiet", "--no-tests"], { stdio: ["ignore", "pipe", "pipe"], signal });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new VerimeshError("The contracts do not compile.", { code: "BUILD_FAILED", details: output });
  step.done();
}

/** Deploys the protocol; the token's supply is the deployer's. */
export async function deployContracts(reporter: Reporter, rpcUrl: string): Promise<Deployment> {
  const step = reporter.step("Deploying the protocol");
  const deployment = await deployProtocol(clientsOf(rpcUrl), { onProgress: (contract) => step.progress(contract) });
  step.done(`JobMarket at ${deployment.jobMarket}`);
  return deployment;
}

/** Deploys the credit desk of `examples/`, with 20 ETH to lend. */
export async function deployCreditDesk(
  reporter: Reporter,
  rpcUrl: string,
  deployment: Deployment,
  credit: RegisteredModel,
): Promise<Address> {
  const step = reporter.step("Deploying the credit desk, a contract that asks the credit model");
  const { bits, offset } = credit.manifest.output;
  const terms = {
    modelId: credit.modelId,
    version: credit.version,
    outputBits: bits,
    outputOffset: BigInt(offset),
    minScore: 1n,
    creditLimit: parseEther("2"),
    dataOfficer: walletOf(rpcUrl, PARTS.dataOfficer).account.address,
  };
  const { address } = await deployContract(
    clientsOf(rpcUrl),
    "examples/credit-desk/contracts/CreditDesk.sol:CreditDesk",
    [deployment.jobMarket, terms],
    { value: parseEther("20") },
  );
  step.done(address);
  return address;
}

function clientsOf(rpcUrl: string) {
  return {
    publicClient: publicClientOf(rpcUrl),
    walletClient: walletOf(rpcUrl, PARTS.deployer),
    loadArtifact: artifactsIn(),
  };
}
