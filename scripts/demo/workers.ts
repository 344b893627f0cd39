import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@verimesh/sdk";
import { erc20Abi, formatEther, parseEther } from "viem";
import { PARTS, userOf, walletOf } from "./accounts.ts";
import type { Children } from "./children.ts";
import { type StartedWorker, startWorker } from "./network.ts";
import type { Reporter } from "./reporter.ts";

export interface StartWorkersOptions {
  readonly rpcUrl: string;
  readonly gatewayUrl: string;
  readonly deployment: Deployment;
  readonly runDirectory: string;
  readonly children: Children;
  readonly reporter: Reporter;
}

const STAKE = parseEther("1000");
const POCKET_MONEY = parseEther("1000");

/** Stakes for both providers and starts a worker process for each. */
export async function startWorkers(options: StartWorkersOptions): Promise<readonly StartedWorker[]> {
  const { rpcUrl, gatewayUrl, deployment, runDirectory, children, reporter } = options;
  const deploymentFile = join(runDirectory, "deployment.json");
  writeFileSync(deploymentFile, `${JSON.stringify(deployment, null, 2)}\n`);

  const staking = reporter.step("Staking for two providers");
  await give(rpcUrl, deployment, PARTS.requester, POCKET_MONEY);
  for (const index of PARTS.providers) {
    await give(rpcUrl, deployment, index, STAKE);
    await userOf(rpcUrl, index, deployment).stake({ amount: STAKE });
  }
  staking.done(`${formatEther(STAKE)} VMESH each`);

  const starting = reporter.step("Starting two workers, each of which tests its backend first");
  const workers = await Promise.all(
    PARTS.providers.map((index, position) =>
      startWorker(children, `worker-${position + 1}`, [
        ...["--rpc", rpcUrl, "--gateway", gatewayUrl, "--deployment", deploymentFile],
        ...["--accept", `${deployment.token}=10`],
        ...["--dev-account", String(index), "--data-dir", join(runDirectory, `worker-${position + 1}`)],
      ]),
    ),
  );
  const backend = await backendOf(workers[0]!.statusUrl);
  starting.done(`TensorFlow.js on ${backend}`);
  return workers;
}

/** Sends protocol tokens from the deployer, who holds the supply. */
async function give(rpcUrl: string, deployment: Deployment, index: number, amount: bigint): Promise<void> {
  const deployer = walletOf(rpcUrl, PARTS.deployer);
  const hash = await deployer.writeContract({
    address: deployment.token,
    abi: erc20Abi,
    functionName: "transfer",
    args: [walletOf(rpcUrl, index).account.address, amount],
  });
  await deployer.waitForTransactionReceipt({ hash });
}

async function backendOf(statusUrl: string): Promise<string> {
  const response = await fetch(`${statusUrl}/status`);
  const { backend } = (await response.json()) as { backend: string | null };
  return backend ?? "no backend";
}
