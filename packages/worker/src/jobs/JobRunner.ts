import { VerimeshError } from "@verimesh/core";
import { ContractRevert } from "@verimesh/sdk";
import type { LocalAccount } from "viem";
import { backoffSeconds, sleep } from "../chain/backoff.ts";
import { STATUS } from "../chain/ChainJob.ts";
import type { Head } from "../chain/Head.ts";
import type { Call, Outcome, TransactionSender } from "../chain/TransactionSender.ts";
import { isJournalFailure, type Journal } from "../journal/Journal.ts";
import { describeError, type Logger } from "../log.ts";
import { decide } from "../policies/decide.ts";
import { checkTerms, declineReasonOf, isContentFault, isContentMissing, isKeyFault, isLasting } from "./assess.ts";
import { Bench, type BenchOptions } from "./Bench.ts";
import { callFor } from "./callFor.ts";
import { castVote } from "./castVote.ts";
import { considerDraw } from "./considerDraw.ts";
import { isEnded, type JobRecord, type Phase, type Purpose, type SignedTransaction } from "./JobRecord.ts";
import { look } from "./look.ts";
import { isOvertaken } from "./overtaken.ts";
import type { Settler } from "./Settler.ts";
import type { Slots } from "./Slots.ts";
import type { Draw, Habits, Situation, Verdict, Work } from "./Verdict.ts";

export interface RunnerOptions extends BenchOptions {
  readonly account: LocalAccount;
  readonly sender: TransactionSender;
  readonly settler: Settler;
  readonly journal: Journal;
  readonly slots: Slots;
  readonly head: Head;
  readonly habits: Habits;
  /** Blocks that a drawn provider has to send its own draw, before others do. */
  readonly graceBlocks: number;
  /** Between workers that may all do the same. */
  readonly staggerSeconds: number;
  /** How long missing content is looked for before the job is declined. */
  readonly contentSeconds: number;
  readonly pollSeconds: number;
  readonly log: Logger;
  /** A version's key gave no valid proof. */
  readonly onUnprovable: (modelId: bigint, version: bigint, why: string) => void;
}

/** Proving again can heal a crash of the prover or a lack of memory; it does not heal a bad key. */
const MAX_WORK_FAILURES = 3;
/** A job that waits is looked at again at least this often, and on each event. */
const MAX_WAIT_SECONDS = 60;
/** Part of the time left that is kept for stepping back from a job that takes too long. */
const DECLINE_SHARE = 0.1;

/** How far a transaction of this kind brings the work. */
const PHASE_AFTER: Partial<Record<Purpose, Phase>> = {
  answer: "answered",
  commit: "committed",
  reveal: "revealed",
  challenge: "challenged",
};

/** Takes one job from where its record stands to its end. The journal is ahead of every act, the chain above both. */
export class JobRunner {
  readonly #o: RunnerOptions;
  readonly #log: Logger;
  readonly #jobId: bigint;
  readonly #requestHash: string;
  readonly #bench: Bench;
  #wake = new AbortController();
  #workFailures = 0;
  #contentMissingSince: number | undefined;
  #hasWaited = false;
  #lastDraw = { drawBlock: 0, repeats: -1 };

  constructor(record: JobRecord, options: RunnerOptions) {
    this.#o = options;
    this.#jobId = record.jobId;
    this.#requestHash = record.requestHash;
    this.#bench = new Bench(options);
    this.#log = options.log.child({ jobId: record.jobId.toString() });
  }

  /** Something happened to the job: do not wait any longer. */
  kick(): void {
    this.#wake.abort();
  }

  /** Runs until the job has ended or was replaced. Rejects when the signal fires, and if the journal cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    try {
      while (!this.#isReplaced() && !isEnded(this.#record)) {
        signal.throwIfAborted();
        try {
          await this.#step(signal);
          failures = 0;
        } catch (error) {
          if (signal.aborted || isJournalFailure(error)) throw error;
          if (this.#isReplaced()) return;
          failures++;
          this.#log.warn({ error: describeError(error), phase: this.#record.phase, failures }, "trying again");
          await this.#waitFor({ seconds: backoffSeconds(failures) }, signal);
        }
      }
    } finally {
      this.#o.slots.release(this.#jobId);
    }
  }

  get #record(): JobRecord {
    const record = this.#o.journal.records.get(this.#jobId.toString());
    if (record?.requestHash === this.#requestHash) return record;
    throw new VerimeshError(`The record of job ${this.#jobId} is of another request.`, { code: "JOB_REPLACED" });
  }

  /** A reorganisation put another request under this id, and the journal has it by now. */
  #isReplaced(): boolean {
    return this.#o.journal.records.get(this.#jobId.toString())?.requestHash !== this.#requestHash;
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { market, sender, habits, staggerSeconds } = this.#o;
    const { transaction } = this.#record;
    if (transaction) {
      await this.#concluded(transaction, await sender.follow(transaction, this.#persistTransaction, signal));
      return;
    }
    const situation = await look(market, this.#record, habits, staggerSeconds);
    await this.#perform(decide(this.#record, situation), situation, signal);
  }

  #perform(verdict: Verdict, situation: Situation, signal: AbortSignal): Promise<void> {
    if (verdict.kind !== "work") this.#o.slots.release(this.#jobId);
    switch (verdict.kind) {
      case "wait":
        this.#log.debug({ why: verdict.why }, "waiting");
        return this.#waitFor({ seconds: verdict.until - situation.now, time: verdict.until }, signal);
      case "note":
        return this.#save(verdict.change);
      case "end":
        return this.#end(verdict, situation, signal);
      case "draw":
        return this.#draw(verdict, situation, signal);
      case "work":
        return this.#work(verdict, situation, signal);
      case "vote":
        return this.#vote(verdict.round, verdict.outputWords);
      case "send":
        return this.#sendFor(verdict.purpose, situation, signal);
    }
  }

  async #draw(draw: Draw, situation: Situation, signal: AbortSignal): Promise<void> {
    const { market, head } = this.#o;
    const { drawBlock } = draw;
    if (drawBlock !== this.#lastDraw.drawBlock) {
      this.#lastDraw = { drawBlock, repeats: this.#lastDraw.repeats + 1 };
    }
    const { repeats } = this.#lastDraw;
    const step = await considerDraw(this.#o, this.#jobId, situation, draw, { repeats, wanted: this.#suits(situation) });
    if (step.kind === "wait") {
      this.#log.debug({ why: step.why, block: step.block, head: head.number }, "waiting");
      const time = draw.drawBefore + 1;
      return this.#waitFor({ block: step.block, time, seconds: time - situation.now }, signal);
    }
    const { calls } = market;
    if (draw.by === "market") return this.#send(calls.assign(this.#jobId, step.header), "assign", signal);
    const call = calls.drawPanel(this.#record.policy, this.#jobId, step.header);
    return this.#send(call, "drawPanel", signal);
  }

  #suits({ job }: Situation): boolean {
    try {
      checkTerms(job, this.#o.terms, undefined);
      return true;
    } catch {
      return false;
    }
  }

  async #work(work: Work, situation: Situation, signal: AbortSignal): Promise<void> {
    const { slots } = this.#o;
    const isUrgent = work.as === "assigned" || work.as === "seat" || work.as === "defence";
    if (!slots.has(this.#jobId)) {
      await slots.take(this.#jobId, signal, isUrgent);
      // The chain may have moved on while waiting for a slot: look again before working.
      return;
    }
    const left = Math.max(1, (work.before - situation.now) * (work.as === "assigned" ? 1 - DECLINE_SHARE : 1));
    const inTime = AbortSignal.timeout(Math.min(Math.floor(left * 1000), 2 ** 31 - 1));
    // What another may have done by now is not worth finishing.
    const overtaken = work.as === "open" || work.as === "check" ? [this.#wake.signal] : [];
    try {
      const { outputWords, proof, timings } = await this.#bench.work(
        ...[this.#record, situation, work, AbortSignal.any([signal, inTime, ...overtaken])],
        (words, seconds) => this.#save({ ...this.#progress("executed"), outputWords: words, timings: seconds }),
      );
      await this.#save({ ...this.#progress(proof ? "proved" : "executed"), outputWords, proof, timings });
    } catch (error) {
      if (signal.aborted || isJournalFailure(error) || this.#isReplaced()) throw error;
      if (overtaken.some(({ aborted }) => aborted)) return this.#waitFor({ seconds: 0 }, signal);
      const reason = inTime.aborted ? tooSlow(work, left) : error;
      await this.#workFailed(work, situation, left, reason);
    } finally {
      slots.release(this.#jobId);
    }
  }

  /** The phases of a delivery; a seat, a check and a defence have their own. */
  #progress(phase: "executed" | "proved"): { readonly phase?: Phase } {
    const { phase: current } = this.#record;
    return current === "seen" || current === "assigned" || current === "executed" ? { phase } : {};
  }

  async #workFailed(work: Work, { job }: Situation, left: number, error: unknown): Promise<void> {
    this.#workFailures++;
    const patience = Math.min(this.#o.contentSeconds, left / 2);
    if (isContentMissing(error)) {
      this.#contentMissingSince ??= performance.now();
      if (performance.now() - this.#contentMissingSince < patience * 1000) throw error;
    } else if (!isLasting(error) && this.#workFailures < MAX_WORK_FAILURES) throw error;
    const { code = "UNKNOWN", message } = describeError(error) as { code?: string; message: string };
    if (work.proof && isKeyFault(error)) this.#reject(error);
    if (work.as === "assigned") {
      this.#log.warn({ error: describeError(error) }, "stepping back from the job");
      return this.#save({ declining: { reason: declineReasonOf({ code }), code, message } });
    }
    if (work.as === "seat") {
      // Silence costs the seat's bond; that the input cannot be had is an answer.
      if (job.inputOffChain && isContentFault(error)) return this.#vote(this.#record.round!, []);
      throw error;
    }
    if (work.as === "defence" && !isLasting(error)) throw error;
    await this.#save({ phase: work.as === "defence" ? "failed" : "declined", reason: { code, message } });
    this.#log.info({ phase: this.#record.phase, code, message }, "job ended");
  }

  #reject(error: VerimeshError): void {
    const { modelId, version } = this.#record;
    if (this.#bench.reject(this.#record, error)) this.#o.onUnprovable(modelId, version, error.shortMessage);
  }

  async #vote(round: number, outputWords: readonly bigint[]): Promise<void> {
    const { market, account } = this.#o;
    const vote = await castVote(market.deployment, account, this.#record, round, outputWords);
    await this.#save({ vote });
  }

  async #sendFor(purpose: Purpose, situation: Situation, signal: AbortSignal): Promise<void> {
    const { market } = this.#o;
    if (purpose === "settle") return this.#settle(signal);
    if (purpose === "decline" && (await market.declinesLeft()) === 0) {
      this.#log.warn("no declines left today: trying to do the job after all");
      await this.#save({ declining: undefined });
      this.#contentMissingSince = undefined;
      return this.#waitFor({ seconds: MAX_WAIT_SECONDS / 2 }, signal);
    }
    if (purpose === "closePanel" && !this.#hasWaited && situation.stagger > 0) {
      // All members see at once that the vote can be closed: each waits its own time, and looks again.
      this.#hasWaited = true;
      return this.#waitFor({ seconds: situation.stagger }, signal);
    }
    if (purpose === "challenge") {
      const { bondAmount } = await market.constants();
      const { allowance, balance } = await market.challengeFunds();
      if (balance < bondAmount) return this.#endUnfunded(balance, bondAmount);
      if (allowance < bondAmount) purpose = "approve";
    }
    const known = purpose as Exclude<Purpose, "assign" | "drawPanel" | "settle" | "offer">;
    await this.#send(await callFor(market, known, this.#record, situation), purpose, signal);
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const { jobId, modelId, version, inputWords, outputWords, proof } = this.#record;
    if (!outputWords || !proof) return this.#save({ proof: undefined });
    const delivery = { jobId, inputWords, outputWords, proof };
    try {
      const version_ = `${modelId}:${version}`;
      const outcome = await this.#o.settler.settle(version_, delivery, this.#persistTransaction, signal);
      const { transaction } = this.#record;
      if (transaction) await this.#concluded(transaction, outcome);
    } catch (error) {
      await this.#sendFailed(error, "settle", signal);
    }
  }

  async #send(call: Call, purpose: Purpose, signal: AbortSignal): Promise<void> {
    try {
      await this.#o.market.simulate(call);
      const outcome = await this.#o.sender.send(call, purpose, this.#persistTransaction, signal);
      const { transaction } = this.#record;
      if (transaction) await this.#concluded(transaction, outcome);
    } catch (error) {
      await this.#sendFailed(error, purpose, signal);
    }
  }

  async #sendFailed(error: unknown, purpose: Purpose, signal: AbortSignal): Promise<void> {
    if (signal.aborted || isJournalFailure(error) || this.#isReplaced()) throw error;
    if (isOvertaken(error)) {
      this.#log.info({ purpose, error: describeError(error) }, "the job has moved on");
      return this.#waitFor({ seconds: this.#o.pollSeconds }, signal);
    }
    // Refused by the node before it could be mined: nothing of it remains.
    const isUnpaid = error instanceof VerimeshError && error.code === "FUNDS_INSUFFICIENT";
    if (isUnpaid && this.#record.transaction) await this.#save({ transaction: undefined });
    // It was verified here before: the same proof will not fare better the next time.
    if (error instanceof ContractRevert && error.code === "ProofInvalid" && purpose === "settle") {
      this.#reject(error);
      const { code, shortMessage: message } = error;
      return this.#save({ proof: undefined, declining: { reason: declineReasonOf(error), code, message } });
    }
    throw error;
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
    const phase = succeeded ? PHASE_AFTER[purpose] : undefined;
    await this.#save({ transaction: undefined, ...(phase && { phase }) });
  }

  async #end(
    { phase, code, message }: Extract<Verdict, { kind: "end" }>,
    { job }: Situation,
    signal: AbortSignal,
  ): Promise<void> {
    if (job.status === STATUS.settled || job.status === STATUS.refunded) {
      // An end that a reorganisation could undo is not an end yet.
      const confirmed = await this.#o.market.jobOf(this.#jobId, "confirmed");
      if (confirmed.status !== job.status) return this.#waitFor({ seconds: this.#o.pollSeconds }, signal);
    }
    const { seenAt } = this.#record;
    const timings = phase === "settled" && seenAt !== undefined ? { total: (Date.now() - seenAt) / 1000 } : {};
    await this.#save({
      phase,
      reason: phase === "settled" && code === "SETTLED" ? undefined : { code, message },
      timings,
    });
    const level = phase === "failed" ? "error" : "info";
    this.#log[level]({ phase, code, message, timings: this.#record.timings }, "job ended");
  }

  async #endUnfunded(balance: bigint, bond: bigint): Promise<void> {
    const message = `A challenge takes ${bond} of the stake token; the account has ${balance}.`;
    this.#log.error({ message }, "a wrong answer is not challenged");
    await this.#save({ phase: "declined", reason: { code: "CHALLENGE_UNFUNDED", message } });
  }

  readonly #persistTransaction = (transaction: SignedTransaction): Promise<void> => this.#save({ transaction });

  async #save(change: Partial<JobRecord>): Promise<void> {
    const record = this.#record;
    const timings = { ...record.timings, ...change.timings };
    await this.#o.journal.append({ ...record, ...change, timings, at: Date.now() });
    if (change.phase && change.phase !== record.phase) {
      this.#log.info({ from: record.phase, phase: change.phase }, "phase");
    }
  }

  /** Until the time, the block, or something happens to the job. */
  async #waitFor(
    { seconds, block, time }: { seconds: number; block?: number; time?: number },
    signal: AbortSignal,
  ): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, this.#wake.signal, over.signal]);
    const bounded = Math.min(Math.max(seconds, this.#o.pollSeconds), MAX_WAIT_SECONDS);
    await Promise.race([sleep(bounded, either), this.#o.head.reaches({ block, time }, either)]);
    over.abort();
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}

function tooSlow(work: Work, seconds: number): VerimeshError {
  return new VerimeshError(`Not done within ${Math.floor(seconds)} s.`, {
    code: work.as === "assigned" ? "TIME_TOO_SHORT" : "TIME_OVER",
  });
}
