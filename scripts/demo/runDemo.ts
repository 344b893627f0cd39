import { join } from "node:path";
import type { LocalNetwork } from "@verimesh/cli";
import { cacheDirectory } from "@verimesh/prover";
import type { Deployment } from "@verimesh/sdk";
import { FileContentStore, HttpContentStore, serveGateway } from "@verimesh/storage";
import { parseEther, zeroAddress } from "viem";
import { PARTS, publicClientOf } from "./accounts.ts";
import type { Children } from "./children.ts";
import { buildContracts, deployContracts, deployCreditDesk } from "./contracts.ts";
import { failInEveryWay } from "./failures/index.ts";
import { reportJob, requestCredit, requestDigit, type SentJob, type Stage } from "./jobs.ts";
import { publishModels } from "./models.ts";
import { readMoney } from "./money.ts";
import { startChain } from "./network.ts";
import type { DemoOptions } from "./options.ts";
import { requestByQuorum, requestOptimistically } from "./policies.ts";
import { failureTable, jobTable, modelTable, moneyLine, toJson } from "./report.ts";
import type { Reporter } from "./reporter.ts";
import { writeSamples } from "./samples.ts";
import { startWorkers } from "./workers.ts";

export interface DemoContext {
  readonly options: DemoOptions;
  readonly reporter: Reporter;
  readonly children: Children;
  /** Emptied before each run. */
  readonly runDirectory: string;
  readonly signal: AbortSignal;
  readonly onCleanUp: (cleanUp: () => Promise<void>) => void;
  readonly writeLocalNetwork: (network: LocalNetwork) => Promise<void>;
}

export interface DemoResult {
  readonly json: string;
  /** Lines that tell what to try next. */
  readonly next: readonly string[];
}

/** The whole story, once. */
export async function runDemo(context: DemoContext): Promise<DemoResult> {
  const { options, reporter, children, signal } = context;

  reporter.heading("The chain");
  const starting = reporter.step("Starting a local chain");
  const rpcUrl = await startChain(children, options.port);
  starting.done(rpcUrl);
  const content = new FileContentStore(join(cacheDirectory(), "content"));
  const gateway = await serveGateway(content, { port: options.gatewayPort, writable: true });
  context.onCleanUp(() => gateway.close());
  await buildContracts(reporter, signal);
  const deployment = await deployContracts(reporter, rpcUrl);

  reporter.heading("The models");
  const models = await publishModels({ rpcUrl, deployment, content, reporter, signal });
  const desk = await deployCreditDesk(reporter, rpcUrl, deployment, models.credit);

  reporter.heading("The providers");
  const registered = [models.digits, models.credit];
  const workers = await startWorkers({ ...context, rpcUrl, deployment, gatewayUrl: gateway.url, models: registered });
  await context.writeLocalNetwork({
    rpcUrl,
    gatewayUrl: gateway.url,
    deployment,
    models: registered.map(({ name, modelId, version }) => ({
      name,
      modelId: Number(modelId),
      version: Number(version),
    })),
    providers: workers,
    accounts: { requester: PARTS.requester, author: PARTS.author, providers: PARTS.providers },
  });

  reporter.heading("The jobs");
  const stage: Stage = {
    rpcUrl,
    deployment,
    store: new HttpContentStore(gateway.url),
    statusUrls: workers.map(({ statusUrl }) => statusUrl),
  };
  const sending = reporter.step("Requesting six answers: four by proof, one by quorum, one that can be challenged");
  const sent: SentJob[] = [
    await requestDigit(stage, models.digits, 0, { fee: parseEther("0.01") }),
    await requestDigit(stage, models.digits, 1, { token: deployment.token, fee: parseEther("25") }),
    await requestCredit(stage, models.credit, desk, { sample: models.clearlyGood, applicant: PARTS.applicants[0] }),
    await requestCredit(stage, models.credit, desk, { sample: models.clearlyBad, applicant: PARTS.applicants[1] }),
    await requestByQuorum(stage, models.digits, 4),
    await requestOptimistically(stage, models.digits, 5),
  ];
  sending.done(`jobs ${sent.map(({ id }) => id).join(", ")}; the fees are in escrow`);
  // Most of a failure is waiting for the chain's clock: these wait beside the work.
  const failing = failInEveryWay({ rpcUrl, deployment, content, ...models, signal });
  failing.catch(() => undefined);
  const waiting = reporter.step("Drawn, run, proved or voted on, paid");
  let settled = 0;
  const jobs = await Promise.all(
    sent.map(async (job) => {
      const report = await reportJob(stage, job, signal);
      waiting.progress(`${++settled} of ${sent.length} settled`);
      return report;
    }),
  );
  waiting.done(`${jobs.length} of ${sent.length} settled`);

  reporter.heading("The failures");
  const ending = reporter.step("Jobs that fail in every way that a job can, since the others were requested");
  const failures = await failing;
  ending.done(`${failures.length} jobs, and every fee is its requester's again`);

  const client = publicClientOf(rpcUrl);
  const money = await Promise.all(
    [zeroAddress, deployment.token].map(async (token) => ({
      token,
      money: await readMoney(client, deployment, token),
    })),
  );
  reporter.line("");
  reporter.line(modelTable(registered.map(({ report }) => report)));
  reporter.line(jobTable(jobs, deployment));
  reporter.line(failureTable(failures));
  for (const held of money) reporter.line(moneyLine(deployment, held.token, held.money));
  const samples = writeSamples(options.stateDirectory, models);
  return {
    json: toJson(
      deployment,
      jobs,
      failures,
      registered.map(({ report }) => report),
      money,
    ),
    next: nextLines({ rpcUrl, gatewayUrl: gateway.url, deployment, desk, workers, samples }),
  };
}

function nextLines(facts: {
  readonly rpcUrl: string;
  readonly gatewayUrl: string;
  readonly deployment: Deployment;
  readonly desk: string;
  readonly workers: readonly { readonly statusUrl: string }[];
  readonly samples: readonly { readonly model: string; readonly file: string }[];
}): string[] {
  const contracts = Object.entries(facts.deployment).filter(
    ([name]) => name !== "chainId" && name !== "deployedAtBlock",
  );
  return [
    "",
    "The network stays up until Ctrl-C.",
    `  ${"chain".padEnd(20)} ${facts.rpcUrl} (chain id 31337)`,
    `  ${"content gateway".padEnd(20)} ${facts.gatewayUrl}`,
    ...contracts.map(([name, address]) => `  ${name.padEnd(20)} ${address}`),
    `  ${"creditDesk".padEnd(20)} ${facts.desk}`,
    ...facts.workers.map(({ statusUrl }, index) => `  ${`worker ${index + 1}`.padEnd(20)} ${statusUrl}/status`),
    "",
    "Try, in another terminal:",
    "  npx verimesh models",
    ...facts.samples.map(({ model, file }) => `  npx verimesh infer ${model} --input ${file}`),
    "  npx verimesh job 1",
    "  npx verimesh verify 1",
    "  npx verimesh provider status",
  ];
}
