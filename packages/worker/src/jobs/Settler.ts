import type { Delivery } from "../chain/calls.ts";
import { sleep } from "../chain/backoff.ts";
import type { MarketClient } from "../chain/MarketClient.ts";
import type { Outcome, TransactionSender } from "../chain/TransactionSender.ts";
import type { Logger } from "../log.ts";
import type { SignedTransaction } from "./JobRecord.ts";

export interface SettlerOptions {
  readonly market: MarketClient;
  readonly sender: TransactionSender;
  readonly log: Logger;
  /** How long a proven job waits for others of its version. What is ready at once goes together in any case. */
  readonly batchSeconds: number;
}

/** One verification of many: beyond this the saving for each job is small, and one that fails costs all. */
const MAX_BATCH = 16;
/** A settlement under way holds up those that follow, which then go together, for so long at most. */
const PATIENCE_SECONDS = 5;

interface Entry {
  readonly delivery: Delivery;
  readonly persist: (transaction: SignedTransaction) => Promise<void>;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  readonly waiting: Entry[];
  isPumping: boolean;
}

/** Brings proven answers to the market, several of one version in one transaction. */
export class Settler {
  readonly #o: SettlerOptions;
  readonly #queues = new Map<string, Queue>();

  constructor(options: SettlerOptions) {
    this.#o = options;
  }

  /**
   * Resolves when the transaction with this delivery is behind us; `persist` has its signed bytes before anybody else.
   * @throws what the simulation says of this delivery alone, or the sender
   */
  settle(version: string, delivery: Delivery, persist: Entry["persist"], signal: AbortSignal): Promise<Outcome> {
    const queue = this.#queues.get(version) ?? { waiting: [], isPumping: false };
    this.#queues.set(version, queue);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ delivery, persist, resolve, reject });
      void this.#pump(queue, signal);
    });
  }

  async #pump(queue: Queue, signal: AbortSignal): Promise<void> {
    if (queue.isPumping) return;
    queue.isPumping = true;
    while (queue.waiting.length > 0) {
      if (this.#o.batchSeconds > 0 && queue.waiting.length < MAX_BATCH) await sleep(this.#o.batchSeconds, signal);
      const sent = this.#settleTogether(queue.waiting.splice(0, MAX_BATCH), signal);
      await Promise.race([sent, sleep(PATIENCE_SECONDS, signal)]);
    }
    queue.isPumping = false;
  }

  async #settleTogether(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    const { market, log } = this.#o;
    const call = market.calls.settle(entries.map(({ delivery }) => delivery));
    try {
      await market.simulate(call);
    } catch (error) {
      if (entries.length === 1) {
        entries[0]!.reject(error);
        return;
      }
      // One of them has a fault, or was overtaken: it must not hold up the others.
      log.info({ jobs: entries.length }, "the batch is refused: settling one by one");
      await Promise.all(entries.map((entry) => this.#settleTogether([entry], signal)));
      return;
    }
    const persist = async (transaction: SignedTransaction): Promise<void> => {
      await Promise.all(entries.map((entry) => entry.persist(transaction)));
    };
    try {
      const outcome = await this.#o.sender.send(call, "settle", persist, signal);
      for (const { resolve } of entries) resolve(outcome);
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }
}
