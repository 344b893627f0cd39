import { VerimeshError, type Prover } from "@verimesh/core";
import type { ContentStore } from "@verimesh/storage";
import { backoffSeconds, sleep } from "../chain/backoff.ts";
import { STATUS, type ChainJob } from "../chain/ChainJob.ts";
import type { MarketClient } from "../chain/MarketClient.ts";
import type { Call, Outcome, TransactionSender } from "../chain/TransactionSender.ts";
import { isJournalFailure, type Journal } from "../journal/Journal.ts";
import { describeError, type Logger } from "../log.ts";
import { loadInput } from "../models/inputBytes.ts";
import type { ModelLoader } from "../models/ModelLoader.ts";
import type { PreparedModel } from "../models/PreparedModel.ts";
import type { Rehearsals } from "../models/rehearsal.ts";
import { checkTerms, checkTime, isLasting, type Terms } from "./assess.ts";
import { isCommitted, isEnded, type JobRecord, type SignedTransaction, type Timings } from "./JobRecord.ts";
import { reconcile } from "./reconcile.ts";
import type { Slots } from "./Slots.ts";
import { solve } from "./solve.ts";

export interface RunnerOptions {
  readonly market: MarketClient;
  readonly sender: TransactionSender;
  readonly journal: Journal;
  readonly models: ModelLoader;
  readonly rehearsals: Rehearsals;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly slots: Slots;
  readonly terms: Terms;
  /** Prove every job before claiming it, not only the first of a version. */
  readonly alwaysProveFirst: boolean;
  /** Most seconds spent on a proof before its claim. */
  readonly rehearsalSeconds: number;
  readonly pollSeconds: number;
  readonly log: Logger;
}

/** Proving again can heal a crash of the prover or a lack of memory; it does not heal a bad key. */
const MAX_SOLVE_FAILURES = 3;
/** A job that others hold, or that cannot be had now, is looked at again at least this often, and on each event. */
const MAX_WAIT_SECONDS = 60;

/** Takes one job from where its record stands to its end. The journal is ahead of every act, the chain above both. */
export class JobRunner {
  readonly #o: RunnerOptions;
  readonly #log: Logger;
  readonly #jobId: bigint;
  #wake = new AbortController();
  #input: { readonly words: string; readonly bytes: Uint8Array } | undefined;
  #prepared: PreparedModel | undefined;
  #solveFailures = 0;

  constructor(jobId: bigint, options: RunnerOptions) {
    this.#o = options;
    this.#jobId = jobId;
    this.#log = options.log.child({ jobId: jobId.toString() });
  }

  /** Something happened to the job: do not wait any longer. */
  kick(): void {
    this.#wake.abort();
  }

  /** Runs until the job has ended. Rejects when the signal fires, and on a journal that cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    if (isCommitted(this.#record)) this.#o.slots.force(this.#jobId);
    let failures = 0;
    try {
      while (!isEnded(this.#record)) {
        signal.throwIfAborted();
        try {
          await this.#step(signal);
          failures = 0;
        } catch (error) {
          if (signal.aborted || isJournalFailure(error)) throw error;
          failures++;
          this.#log.warn({ error: describeError(error), phase: this.#record.phase, failures }, "trying again");
          if (!isCommitted(this.#record)) this.#o.slots.release(this.#jobId);
          await this.#waitFor(backoffSeconds(failures), signal);
        }
      }
    } finally {
      this.#o.slots.release(this.#jobId);
    }
  }

  get #record(): JobRecord {
    const record = this.#o.journal.records.get(this.#jobId.toString());
    if (!record) throw new VerimeshError(`Job ${this.#jobId} is not in the journal.`, { code: "JOURNAL_CORRUPT" });
    return record;
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { market, sender } = this.#o;
    const { transaction } = this.#record;
    if (transaction) {
      await this.#concluded(transaction, await sender.follow(transaction, this.#persistTransaction, signal));
      return;
    }
    const job = await market.jobOf(this.#jobId);
    const now = await market.nextBlockTime();
    const verdict = reconcile(this.#record, job, market.provider, now, await market.maxAttempts());
    switch (verdict.kind) {
      case "act":
        return this.#act(job, signal);
      case "expire":
        return this.#expire(job, signal);
      case "wait":
        this.#o.slots.release(this.#jobId);
        this.#log.debug({ why: verdict.why }, "waiting");
        return this.#waitFor(Number(verdict.until - now), signal);
      case "move":
        return this.#move(verdict.phase, verdict.reason, job, signal);
    }
  }

  async #act(job: ChainJob, signal: AbortSignal): Promise<void> {
    switch (this.#record.phase) {
      case "seen":
        return this.#consider(job, signal);
      case "ready":
        return this.#claim(job, signal);
      case "claimed":
      case "executed":
        return this.#solve(job, signal);
      case "proved":
        return this.#submit(signal);
    }
  }

  /** Everything that can be known before a bond is at stake: terms, model, key, input, stake. */
  async #consider(job: ChainJob, signal: AbortSignal): Promise<void> {
    try {
      checkTerms(this.#record, job, this.#o.terms);
      const started = performance.now();
      const { prepared } = await this.#load(signal);
      this.#o.rehearsals.check(prepared.manifestCid);
      checkTime(job, await this.#o.rehearsals.secondsOf(prepared.manifestCid));
      await this.#checkStake();
      await this.#save({ phase: "ready", timings: { fetch: (performance.now() - started) / 1000 } });
    } catch (error) {
      if (!isLasting(error)) throw error;
      await this.#end("declined", error);
    }
  }

  async #claim(job: ChainJob, signal: AbortSignal): Promise<void> {
    const { market, slots, rehearsals, alwaysProveFirst } = this.#o;
    if (!slots.has(this.#jobId)) {
      // The chain may have moved on while waiting for a slot: look again before acting.
      await slots.take(this.#jobId, signal);
      return;
    }
    const { manifestCid } = (await this.#load(signal)).prepared;
    try {
      checkTerms(this.#record, job, this.#o.terms);
      rehearsals.check(manifestCid);
    } catch (error) {
      return this.#end("declined", error);
    }
    if (!this.#record.proof && (alwaysProveFirst || !(await rehearsals.isTrusted(manifestCid)))) {
      this.#log.info("proving before claiming");
      return this.#solve(job, signal);
    }
    await this.#send(market.claim(this.#jobId), "claim", signal);
  }

  async #solve(job: ChainJob, signal: AbortSignal): Promise<void> {
    const { market, prover, rehearsals, rehearsalSeconds } = this.#o;
    const isClaimed = this.#record.phase !== "ready";
    // Before the claim, as long as a claim would have, within bounds: the requester can cancel meanwhile.
    const deadline = isClaimed
      ? Number(job.proveBefore - (await market.nextBlockTime()))
      : Math.min(Number(job.proveSeconds), rehearsalSeconds);
    const inTime = AbortSignal.timeout(Math.max(1, deadline) * 1000);
    const { prepared, input } = await this.#load(signal);
    try {
      const solution = await solve({
        prepared,
        input,
        jobId: this.#jobId,
        deployment: market.deployment,
        provider: market.provider,
        prover,
        signal: AbortSignal.any([signal, inTime]),
        onExecuted: async (outputWords, execute) => {
          if (isClaimed) await this.#save({ phase: "executed", outputWords, timings: { execute } });
        },
      });
      const { outputWords, proof, seconds } = solution;
      await rehearsals.record(prepared.manifestCid, seconds.execute + seconds.witness + seconds.prove);
      await this.#save({ phase: isClaimed ? "proved" : "ready", outputWords, proof, timings: seconds });
    } catch (error) {
      if (signal.aborted || isJournalFailure(error)) throw error;
      if (!isClaimed && inTime.aborted) return this.#tooSlow(job, prepared.manifestCid);
      this.#solveFailures++;
      if (!isLasting(error) && this.#solveFailures < MAX_SOLVE_FAILURES) throw error;
      await rehearsals.reject(prepared.manifestCid, `Job ${this.#jobId}: ${(error as Error).message}`);
      await this.#end(isClaimed ? "failed" : "declined", error);
    }
  }

  /** Out of time before the claim. A requester that gave little must not discredit the version. */
  async #tooSlow(job: ChainJob, manifestCid: string): Promise<void> {
    const seconds = Math.min(Number(job.proveSeconds), this.#o.rehearsalSeconds);
    const message = `No proof within ${seconds} s.`;
    if (seconds === this.#o.rehearsalSeconds) {
      await this.#o.rehearsals.reject(manifestCid, `Job ${this.#jobId}: ${message}`);
    }
    await this.#end("declined", new VerimeshError(message, { code: "TIME_TOO_SHORT" }));
  }

  async #submit(signal: AbortSignal): Promise<void> {
    const { inputWords, outputWords, proof } = this.#record;
    if (!outputWords || !proof) return this.#save({ phase: "claimed" });
    try {
      await this.#send(this.#o.market.submit(this.#jobId, inputWords, outputWords, proof), "submit", signal);
    } catch (error) {
      // It was verified here before: the same proof will not fare better the next time.
      if (!(error instanceof VerimeshError && error.code === "ProofInvalid")) throw error;
      await this.#end("failed", error);
    }
  }

  /** Ends the claim that another provider let expire, so that this job can be had. */
  async #expire(job: ChainJob, signal: AbortSignal): Promise<void> {
    try {
      checkTerms(this.#record, job, this.#o.terms);
    } catch (error) {
      return this.#end("declined", error);
    }
    this.#log.info({ provider: job.provider }, "ending an expired claim");
    await this.#send(this.#o.market.expire(this.#jobId), "expire", signal);
  }

  async #send(call: Call, purpose: SignedTransaction["purpose"], signal: AbortSignal): Promise<void> {
    try {
      await this.#o.market.simulate(call);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      this.#log.info({ purpose, error: describeError(error) }, "another was faster");
      return this.#waitFor(this.#o.pollSeconds, signal);
    }
    const outcome = await this.#o.sender.send(call, purpose, this.#persistTransaction, signal).catch(async (error) => {
      // Refused by the node before it could be mined: nothing of it remains.
      if (error instanceof VerimeshError && error.code === "FUNDS_INSUFFICIENT")
        await this.#save({ transaction: undefined });
      throw error;
    });
    const { transaction } = this.#record;
    if (transaction) await this.#concluded(transaction, outcome);
  }

  /** A transaction is behind us, one way or the other. What it did is read from the chain in the next step. */
  async #concluded(transaction: SignedTransaction, outcome: Outcome): Promise<void> {
    const { purpose } = transaction;
    const succeeded = outcome.kind === "mined" && outcome.receipt.status === "success";
    const gas = outcome.kind === "mined" ? outcome.receipt.gasUsed : undefined;
    this.#log.info(
      { purpose, result: succeeded ? "success" : outcome.kind === "mined" ? "reverted" : "superseded", gas },
      "transaction",
    );
    await this.#save({ transaction: undefined });
  }

  async #move(
    phase: JobRecord["phase"],
    reason: JobRecord["reason"],
    job: ChainJob,
    signal: AbortSignal,
  ): Promise<void> {
    if (job.status === STATUS.settled || job.status === STATUS.refunded) {
      // An end that a reorganisation could undo is not an end yet.
      const confirmed = await this.#o.market.jobOf(this.#jobId, "confirmed");
      if (confirmed.status !== job.status) return this.#waitFor(this.#o.pollSeconds, signal);
    }
    if (phase === "claimed" || (phase === "proved" && this.#record.claimedAt === undefined)) {
      return this.#save({ phase, attempt: job.attempts, claimedAt: Date.now() });
    }
    const { seenAt } = this.#record;
    const total = phase === "settled" && seenAt !== undefined ? (Date.now() - seenAt) / 1000 : undefined;
    await this.#save({ phase, reason, ...(total !== undefined && { timings: { total } }) });
    if (isEnded(this.#record)) this.#log.info({ phase, ...reason, timings: this.#record.timings }, "job ended");
  }

  async #end(phase: "declined" | "failed", error: unknown): Promise<void> {
    const { code, message } = describeError(error) as { code?: string; message: string };
    await this.#save({ phase, reason: { code: code ?? "UNKNOWN", message } });
    this.#log[phase === "failed" ? "error" : "info"]({ phase, error: describeError(error) }, "job ended");
  }

  async #load(signal: AbortSignal): Promise<{ prepared: PreparedModel; input: Uint8Array }> {
    const { modelId, version } = this.#record;
    if (this.#prepared?.modelId !== modelId || this.#prepared.version !== version) {
      this.#prepared = await this.#o.models.prepare(modelId, version, signal);
    }
    const { model, manifest } = this.#prepared;
    // A reorganisation can put another request under this id: bytes count only for the words they were checked against.
    if (this.#input?.words !== this.#record.inputWords.join()) {
      const bytes = await loadInput(model, manifest.circuit.inputBinding, this.#record, this.#o.store, signal);
      this.#input = { words: this.#record.inputWords.join(), bytes };
    }
    return { prepared: this.#prepared, input: this.#input.bytes };
  }

  async #checkStake(): Promise<void> {
    const [free, bond] = await Promise.all([this.#o.market.freeStake(), this.#o.market.bondAmount()]);
    if (free >= bond) return;
    throw new VerimeshError(`The free stake is ${free}; a claim takes ${bond}.`, {
      code: "STAKE_INSUFFICIENT",
      details: "Add stake: verimesh provider stake <amount>.",
    });
  }

  readonly #persistTransaction = (transaction: SignedTransaction): Promise<void> => this.#save({ transaction });

  async #save(change: Partial<JobRecord> & { timings?: Timings }): Promise<void> {
    const record = this.#record;
    const timings = { ...record.timings, ...change.timings };
    await this.#o.journal.append({ ...record, ...change, timings, at: Date.now() });
    if (change.phase && change.phase !== record.phase) {
      this.#log.info({ from: record.phase, phase: change.phase }, "phase");
    }
  }

  async #waitFor(seconds: number, signal: AbortSignal): Promise<void> {
    await sleep(
      Math.min(Math.max(seconds, this.#o.pollSeconds), MAX_WAIT_SECONDS),
      AbortSignal.any([signal, this.#wake.signal]),
    );
    this.#wake = new AbortController();
  }
}

/** The job moved on between looking and acting: what it is now is read in the next step. */
function isOvertaken(error: unknown): boolean {
  const codes = ["JobNotInStatus", "ClaimWindowClosed", "ProveDeadlineNotPassed", "ProveDeadlinePassed", "JobUnknown"];
  return error instanceof VerimeshError && codes.includes(error.code);
}
