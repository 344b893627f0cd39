import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { VerimeshError, type Prover } from "@verimesh/core";
import { loadBackend, selfTest } from "@verimesh/executor";
import { openProver } from "@verimesh/prover";
import { checkDeployment } from "@verimesh/sdk";
import { type ContentStore, FileContentStore, HttpContentStore, TieredContentStore } from "@verimesh/storage";
import { createPublicClient, defineChain, http, type PublicClient } from "viem";
import type { withDefaults, WorkerConfig } from "./config.ts";
import { Head } from "./chain/Head.ts";
import { MarketClient } from "./chain/MarketClient.ts";
import { TransactionSender } from "./chain/TransactionSender.ts";
import { type Cursor, fileCursor } from "./journal/cursor.ts";
import { type Journal, openJournal } from "./journal/Journal.ts";
import { takeLock } from "./journal/lock.ts";
import { isEnded } from "./jobs/JobRecord.ts";
import type { RunnerOptions } from "./jobs/JobRunner.ts";
import { Settler } from "./jobs/Settler.ts";
import { Slots } from "./jobs/Slots.ts";
import { Offering } from "./listings/Offering.ts";
import type { Logger } from "./log.ts";
import { ModelLoader } from "./models/ModelLoader.ts";
import type { PreparedModel } from "./models/PreparedModel.ts";
import { Rehearsals } from "./models/rehearsal.ts";

/** Everything that a running worker holds open. */
export interface Workshop {
  readonly client: PublicClient;
  readonly market: MarketClient;
  readonly journal: Journal;
  readonly cursor: Cursor;
  readonly head: Head;
  readonly slots: Slots;
  readonly offering: Offering;
  readonly backend: string;
  readonly runnerOptions: Omit<RunnerOptions, "onUnprovable">;
  close(): Promise<void>;
}

/** Parts that a test puts around the real ones. */
export interface WorkerParts {
  readonly wrapJournal?: (journal: Journal) => Journal;
  readonly wrapModel?: (model: PreparedModel) => PreparedModel;
}

/** Checks the chain, takes the journal, tests the backend, starts the prover. Closes what it opened if it fails. */
export async function openWorkshop(
  config: WorkerConfig,
  settings: ReturnType<typeof withDefaults>,
  log: Logger,
  signal: AbortSignal,
  parts: WorkerParts,
): Promise<Workshop> {
  const { deployment, account } = config;
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const client = connect(config);
    const directory = join(config.dataDirectory, await identify(client, config));
    closers.push(await takeLock(join(directory, "lock")));
    const owner = { chainId: deployment.chainId, market: deployment.jobMarket, provider: account.address };
    const opened = await openJournal(join(directory, "journal.jsonl"), owner, isEnded);
    closers.push(() => opened.close());
    const journal = parts.wrapJournal?.(opened) ?? opened;

    const backend = await loadBackend(config.backend);
    for (const skipped of backend.skipped) log.info(skipped, "backend not available");
    await selfTest(backend);
    log.info({ backend: backend.description }, "backend agrees with the reference");
    signal.throwIfAborted();

    const prover = config.prover ?? (await ownProver(settings.capacity, log, closers));
    const store = openStore(config);
    const market = new MarketClient(client, deployment, account.address, settings.confirmations);
    const { allowInsecureSetup, confirmations, pollSeconds, resendSeconds, updateListings } = settings;
    const wrap = parts.wrapModel;
    const models = new ModelLoader({ market, store, backend, log, allowInsecureSetup, ...(wrap && { wrap }) });
    closers.push(() => models.dispose());
    const sender = new TransactionSender({ client, account, log, confirmations, pollSeconds, resendSeconds });
    const slots = new Slots(settings.capacity);
    const head = new Head();
    const rehearsals = new Rehearsals(join(config.cacheDirectory, "rehearsals"));
    const { terms, habits, graceBlocks, staggerSeconds, contentSeconds, batchSeconds, rehearsalSeconds } = settings;
    const shared = { market, sender, models, rehearsals, store, prover, log };
    const wanted = { offers: config.offers, capacity: settings.capacity };
    return {
      ...{ client, market, journal, head, slots },
      cursor: fileCursor(join(directory, "cursor")),
      backend: backend.description,
      offering: new Offering({ ...shared, wanted, updateListings, rehearsalSeconds }),
      runnerOptions: {
        ...{ ...shared, account, journal, slots, head, terms, habits, pollSeconds },
        ...{ graceBlocks, staggerSeconds, contentSeconds },
        settler: new Settler({ market, sender, log, batchSeconds }),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function connect({ rpcUrl, deployment }: WorkerConfig): PublicClient {
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  const rpcUrls = { default: { http: [rpcUrl] } };
  const chain = defineChain({ id: deployment.chainId, name: `chain ${deployment.chainId}`, nativeCurrency, rpcUrls });
  // Retries are the worker's own: it knows what each call is for.
  return createPublicClient({ chain, transport: http(rpcUrl, { retryCount: 1, timeout: 15_000 }) });
}

/** Cores are shared out among the jobs that may be proven at once: one job gets all of them, and its proof soonest. */
async function ownProver(capacity: number, log: Logger, closers: (() => unknown)[]): Promise<Prover> {
  const prover = await openProver({
    slots: Math.min(capacity, availableParallelism()),
    onFallback: (reason) => log.warn({ reason }, "proving with snarkjs: the native prover is not available"),
  });
  closers.push(() => prover.terminate());
  return prover;
}

function openStore(config: WorkerConfig): ContentStore {
  if (typeof config.content !== "string") return config.content;
  const local = new FileContentStore(join(config.cacheDirectory, "content"));
  return new TieredContentStore(local, new HttpContentStore(config.content));
}

/**
 * A name for this chain, market and account. The hash of the deployment's block tells a restarted local chain, whose ids
 * and addresses are the same as before, from the one that the last journal was about.
 */
async function identify(client: PublicClient, { deployment, account }: WorkerConfig): Promise<string> {
  await checkDeployment(client, { deployment });
  const { chainId, jobMarket, deployedAtBlock } = deployment;
  const anchor = await client.getBlock({ blockNumber: BigInt(deployedAtBlock) }).catch((cause: unknown) => {
    throw new VerimeshError(`The chain has no block ${deployedAtBlock}, in which the protocol was deployed.`, {
      code: "CONTRACT_MISSING",
      details: "The deployment file is of another chain.",
      cause,
    });
  });
  const text = `${chainId}:${jobMarket}:${account.address}:${anchor.hash}`.toLowerCase();
  const digest = createHash("sha256").update(text).digest("hex");
  return `${chainId}-${account.address.slice(2, 10).toLowerCase()}-${digest.slice(0, 12)}`;
}
