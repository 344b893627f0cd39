import { withDefaults, type WorkerConfig } from "./config.ts";
import { createLogger, describeError, type Logger } from "./log.ts";
import { openWorkshop, type WorkerParts, type Workshop } from "./openWorkshop.ts";
import { JobRunner } from "./jobs/JobRunner.ts";
import { isCommitted, isEnded, type JobRecord } from "./jobs/JobRecord.ts";
import { STATUS } from "./chain/ChainJob.ts";
import { type RequestedJob, watchJobs } from "./chain/watchJobs.ts";
import { OVERLAP_BLOCKS } from "./config.ts";
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
 * A provider's daemon: watches the market, claims what it can do, runs, proves and submits.
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
        deployment: market.deployment,
        cursor,
        overlapBlocks: BigInt(OVERLAP_BLOCKS),
        chunkBlocks: BigInt(chunkBlocks),
        pollSeconds,
        log: this.#log,
        onRequested: (job) => this.#requested(job),
        onChanged: (jobId) => this.#running.get(jobId.toString())?.runner.kick(),
        onConnection: (up, head) => (this.#chain = { up, head: head ?? this.#chain.head }),
      },
      this.#stop.signal,
    ).catch((error: unknown) => this.#fail(error));
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
    if (known && sameRequest(known, job)) {
      this.#run(job.jobId);
      return;
    }
    // After a reorganisation an id can stand for another request. What was claimed is settled by the runner.
    if (known && isCommitted(known)) return;
    // Jobs that are over are not taken down: a first scan of a long history stays short.
    const { status, provider, claimBefore } = await market.jobOf(job.jobId);
    const isMine = status === STATUS.assigned && provider === market.provider;
    const isOpen = status === STATUS.requested || status === STATUS.assigned || status === STATUS.none;
    if (!isOpen || (!isMine && claimBefore !== 0n && claimBefore < (await market.nextBlockTime()))) return;
    const { jobId, modelId, version, inputWords, inputCid } = job;
    await journal.append({
      jobId,
      modelId,
      version,
      inputWords,
      inputCid,
      phase: "seen",
      seenAt: Date.now(),
      at: Date.now(),
      timings: {},
    });
    this.#run(jobId);
  }

  #run(jobId: bigint): void {
    const { journal, runnerOptions } = this.#workshop as Workshop;
    const id = jobId.toString();
    const record = journal.records.get(id);
    if (this.#running.has(id) || !record || isEnded(record) || this.#stop.signal.aborted) return;
    const runner = new JobRunner(jobId, runnerOptions);
    const done = runner
      .run(this.#stop.signal)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#fail(error);
      })
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { runner, done });
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

function sameRequest(record: JobRecord, job: RequestedJob): boolean {
  return (
    record.modelId === job.modelId &&
    record.version === job.version &&
    record.inputCid === job.inputCid &&
    record.inputWords.join() === job.inputWords.join()
  );
}
