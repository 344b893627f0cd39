import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@verimesh/sdk";
import { formatEther, parseEther } from "viem";
import { PARTS, userOf } from "./accounts.ts";
import type { Children } from "./children.ts";
import type { RegisteredModel } from "./jobs.ts";
import { giveTokens } from "./money.ts";
import { type StartedWorker, startWorker } from "./network.ts";
import type { Reporter } from "./reporter.ts";

export interface StartWorkersOptions {
  readonly rpcUrl: string;
  readonly gatewayUrl: string;
  readonly deployment: Deployment;
  readonly runDirectory: string;
  readonly children: Children;
  readonly reporter: Reporter;
  /** What the workers serve. */
  readonly models: readonly RegisteredModel[];
}

const STAKE = parseEther("1000");
const POCKET_MONEY = parseEther("1000");
/** For one answer, royalty and protocol share included. */
const ASK = { ether: parseEther("0.004"), vmesh: parseEther("20") };
/** Jobs that a provider takes at once: one that is proved, and those that wait for others. */
const CAPACITY = 4;
/** More than an answer takes here, and no more than the shortest job gives. */
const MIN_ANSWER_SECONDS = 10;
/** Everything is on this machine: what is not there at once does not come. */
const CONTENT_SECONDS = 2;

/** Stakes for the providers, lists what they serve, and starts a worker process for each. */
export async function startWorkers(options: StartWorkersOptions): Promise<readonly StartedWorker[]> {
  const { rpcUrl, gatewayUrl, deployment, runDirectory, children, reporter } = options;
  const deploymentFile = join(runDirectory, "deployment.json");
  writeFileSync(deploymentFile, `${JSON.stringify(deployment, null, 2)}\n`);

  const staking = reporter.step("Staking for three providers, and listing what they serve");
  await giveTokens(rpcUrl, deployment, [PARTS.requester], POCKET_MONEY);
  await giveTokens(rpcUrl, deployment, PARTS.providers, STAKE);
  // One after the other: what a listing costs depends on those before it, and two at once would be sent with too little gas.
  for (const index of PARTS.providers) await enlist(userOf(rpcUrl, index, deployment), options);
  staking.done(`${formatEther(STAKE)} VMESH each`);

  const starting = reporter.step("Starting a worker for each, which tests its backend first");
  const workers = await Promise.all(
    PARTS.providers.map((index, position) =>
      startWorker(children, `worker-${position + 1}`, [
        ...["--rpc", rpcUrl, "--gateway", gatewayUrl, "--deployment", deploymentFile],
        ...["--capacity", String(CAPACITY), "--content-seconds", String(CONTENT_SECONDS)],
        ...["--dev-account", String(index), "--data-dir", join(runDirectory, `worker-${position + 1}`)],
      ]),
    ),
  );
  const backend = await backendOf(workers[0]!.statusUrl);
  starting.done(`TensorFlow.js on ${backend}`);
  return workers;
}

/** Stakes, and lists each model with a price in ETH and one in VMESH. */
async function enlist(provider: ReturnType<typeof userOf>, { deployment, models }: StartWorkersOptions): Promise<void> {
  await provider.stake({ amount: STAKE });
  await provider.setCapacity({ capacity: CAPACITY });
  for (const { modelId, version } of models) {
    await provider.setAsk({ modelId, version, ask: ASK.ether });
    await provider.setAsk({ modelId, version, token: deployment.token, ask: ASK.vmesh });
    await provider.setMinAnswerSeconds({ modelId, version, seconds: MIN_ANSWER_SECONDS });
    await provider.listModel({ modelId, version });
  }
}

async function backendOf(statusUrl: string): Promise<string> {
  const response = await fetch(`${statusUrl}/status`);
  const { backend } = (await response.json()) as { backend: string | null };
  return backend ?? "no backend";
}
