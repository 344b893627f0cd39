import { withDefaults, type WorkerConfig } from "./config.ts";
import { createLogger, describeError, type Logger } from "./log.ts";
import { openWorkshop, type WorkerParts, type Workshop } from "./openWorkshop.ts";
import { JobRunner } from "./jobs/JobRunner.ts";
import { isCommitted, isEnded, type JobRecord } from "./jobs/JobRecord.ts";
import { requestHashOf, STATUS } from "./chain/ChainJob.ts";
import { findRequest } from "./chain/findRequest.ts";
import { hashWords } from "./chain/MarketClient.ts";
import { type RequestedJob, watchJobs } from "./chain/watchJobs.ts";
import { OVERLAP_BLOCKS } from "./config.ts";
import type { Offering } from "./listings/Offering.ts";
import { serveStatus, type StatusServer } from "./status/server.ts";
import { viewJob, type JobView, type WorkerStatus } from "./status/views.ts";

export interface Worker {
  /** Resolves once the worker watches. Rejects, with everything closed again, if it cannot run. */
  start(): Promise<void>;
  /** Parks unfinished jobs in the journal and closes everything; `start` of a new worker takes them up again. */
  stop(): Promise<void>;
  status(): WorkerStatus;
  jobs(): readonly JobView[];
  /** Settles when the worker has stopped: rejects if it stopped because it could not go on. */
  readonly stopped: Promise<void>;
}

/**
 * A provider's daemon: serves the versions that it has listed, under every policy: is drawn, runs, proves or votes.
 *
 * @example
 * const worker = createWorker({ deployment, rpcUrl, account, content: gatewayUrl, dataDirectory, cacheDirectory });
 * await worker.start();
 *
 * @throws VerimeshError CONFIG_INVALID; `start` rejects with RPC_UNREACHABLE, CHAIN_MISMATCH, CONTRACT_MISSING,
 * WORKER_ALREADY_RUNNING, JOURNAL_CORRUPT, PORT_IN_USE, or the error of the executor's self-test
 */
export function createWorker(config: WorkerConfig, parts: WorkerParts = {}): Worker {
  return new Daemon(config, parts);
}

class Daemon implements Worker {
  readonly stopped: Promise<void>;
  readonly #config: WorkerConfig;
  readonly #parts: WorkerParts;
  readonly #settings: ReturnType<typeof withDefaults>;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, { readonly runner: JobRunner; readonly done: Promise<void> }>();
  #workshop: Workshop | undefined;
  #statusServer: StatusServer | undefined;
  #watching: Promise<void> = Promise.resolve();
  #offering: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #chain: { up: boolean; head: bigint | null } = { up: false, head: null };
  #startedAt = 0;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };

  constructor(config: WorkerConfig, parts: WorkerParts) {
    this.#config = config;
    this.#parts = parts;
    this.#settings = withDefaults(config);
    this.#log = config.logger ?? createLogger();
    this.stopped = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.stopped.catch(() => undefined);
  }

  async start(): Promise<void> {
    try {
      this.#workshop = await openWorkshop(this.#config, this.#settings, this.#log, this.#stop.signal, this.#parts);
      const { status } = this.#config;
      if (status) this.#statusServer = await serveStatus(this.#statusSource(), status);
    } catch (error) {
      await this.#close();
      throw error;
    }
    this.#startedAt = Date.now();
    const { journal, client, cursor, market, backend } = this.#workshop;
    const unfinished = [...journal.records.values()].filter((record) => !isEnded(record));
    // What holds a bond comes first.
    unfinished.sort((a, b) => Number(isCommitted(b)) - Number(isCommitted(a)));
    for (const { jobId } of unfinished) this.#run(jobId);
    const { pollSeconds, chunkBlocks } = this.#settings;
    this.#watching = watchJobs(
      {
        client,
        cursor,
        deployment: market.deployment,
        provider: market.provider,
        head: this.#workshop.head,
        overlapBlocks: BigInt(OVERLAP_BLOCKS),
        chunkBlocks: BigInt(chunkBlocks),
        pollSeconds,
        log: this.#log,
        onRequested: (job) => this.#requested(job),
        onDrawn: (jobId) => this.#drawn(jobId),
        onChanged: (jobId) => this.#running.get(jobId.toString())?.runner.kick(),
        onConnection: (up, head) => (this.#chain = { up, head: head ?? this.#chain.head }),
      },
      this.#stop.signal,
    ).catch((error: unknown) => this.#fail(error));
    this.#offer((offering, signal) => offering.start(signal));
    this.#log.info(
      {
        provider: market.provider,
        chainId: market.deployment.chainId,
        backend,
        unfinished: unfinished.length,
        status: this.#statusServer?.url,
      },
      "worker started",
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("the worker stops"));
    await this.#close();
    this.#settle.resolve();
  }

  status(): WorkerStatus {
    const records = [...(this.#workshop?.journal.records.values() ?? [])];
    const count = (phase: JobRecord["phase"]) => records.filter((record) => record.phase === phase).length;
    return {
      state: this.#stop.signal.aborted ? "stopping" : this.#startedAt === 0 ? "starting" : "running",
      provider: this.#config.account.address,
      chainId: this.#config.deployment.chainId,
      market: this.#config.deployment.jobMarket,
      chainUp: this.#chain.up,
      head: this.#chain.head === null ? null : Number(this.#chain.head),
      backend: this.#workshop?.backend ?? null,
      capacity: this.#settings.capacity,
      busy: this.#workshop?.slots.held ?? 0,
      open: records.filter((record) => !isEnded(record)).length,
      settled: count("settled"),
      lost: count("lost") + count("refunded"),
      declined: count("declined"),
      failed: count("failed"),
      problems: this.#workshop?.offering.problems ?? [],
      startedAt: this.#startedAt === 0 ? null : new Date(this.#startedAt).toISOString(),
      statusUrl: this.#statusServer?.url ?? null,
      pid: process.pid,
    };
  }

  jobs(): readonly JobView[] {
    return [...(this.#workshop?.journal.records.values() ?? [])].map(viewJob);
  }

  /** A request was seen. It is in the journal before the cursor passes it. */
  async #requested(job: RequestedJob): Promise<void> {
    const { journal, market } = this.#workshop as Workshop;
    const known = journal.records.get(job.jobId.toString());
    if (known?.requestHash === hashOf(job)) {
      this.#run(job.jobId);
      return;
    }
    // Jobs that are over are not taken down: a first scan of a long history stays short.
    const { status } = await market.jobOf(job.jobId);
    if (status === STATUS.settled || status === STATUS.refunded) return;
    if (await market.isListed(job.modelId, job.version)) await this.#takeDown(job);
  }

  /** Drawn, perhaps for a job that this worker passed over or gave up: it was not listed, or others were drawn before. */
  async #drawn(jobId: bigint): Promise<void> {
    const { journal, market } = this.#workshop as Workshop;
    const known = journal.records.get(jobId.toString());
    if (known && !isEnded(known)) {
      this.#run(jobId);
      return;
    }
    if (known && known.phase !== "lost") return;
    const job = await market.jobOf(jobId);
    if (job.status !== STATUS.assigned && job.status !== STATUS.answered) return;
    const { client, deployment } = market;
    await this.#takeDown(await findRequest(client, deployment, jobId, job));
  }

  async #takeDown(job: RequestedJob): Promise<void> {
    const { jobId, modelId, version, policy, inputWords, inputCid } = job;
    await (this.#workshop as Workshop).journal.append(
      {
        ...{ jobId, modelId, version, policy, inputWords, inputCid },
        requestHash: hashOf(job),
        phase: "seen",
        seenAt: Date.now(),
        at: Date.now(),
        timings: {},
      },
      { replaces: true },
    );
    // If a runner is at work on the request that this one replaced, it ends by itself, and then this one's begins.
    this.#running.get(jobId.toString())?.runner.kick();
    this.#run(jobId);
  }

  #run(jobId: bigint): void {
    const { journal, runnerOptions } = this.#workshop as Workshop;
    const id = jobId.toString();
    const record = journal.records.get(id);
    if (this.#running.has(id) || !record || isEnded(record) || this.#stop.signal.aborted) return;
    const runner = new JobRunner(record, {
      ...runnerOptions,
      onUnprovable: (modelId, version, why) =>
        this.#offer((offering, signal) => offering.withdraw(modelId, version, why, signal)),
    });
    const done = runner
      .run(this.#stop.signal)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#fail(error);
      })
      .finally(() => {
        this.#running.delete(id);
        this.#run(jobId);
      });
    this.#running.set(id, { runner, done });
  }

  /** One change of what is offered after another. */
  #offer(change: (offering: Offering, signal: AbortSignal) => Promise<void>): void {
    const { offering } = this.#workshop as Workshop;
    this.#offering = this.#offering
      .then(() => change(offering, this.#stop.signal))
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#log.error({ error: describeError(error) }, "the offers are as they were");
      });
  }

  #fail(error: unknown): void {
    this.#log.fatal({ error: describeError(error) }, "the worker cannot go on");
    this.#stop.abort(error);
    void this.#close().finally(() => this.#settle.reject(error));
  }

  #close(): Promise<void> {
    this.#stop.abort(new Error("the worker stops"));
    this.#closing ??= (async () => {
      await this.#watching;
      await this.#offering;
      await Promise.all([...this.#running.values()].map(({ done }) => done));
      await this.#statusServer?.close();
      await this.#workshop?.close();
      if (this.#startedAt > 0) this.#log.info("worker stopped");
    })();
    return this.#closing;
  }

  #statusSource() {
    return {
      status: () => this.status(),
      jobs: () => this.jobs(),
      job: (id: string) => this.jobs().find((job) => job.jobId === id),
      healthy: () => this.#chain.up && !this.#stop.signal.aborted,
    };
  }
}

function hashOf(job: RequestedJob): `0x${string}` {
  return requestHashOf({ ...job, inputHash: hashWords(job.inputWords) });
}
