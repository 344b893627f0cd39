import { VerimeshError } from "@verimesh/core";
import { toVerimeshError } from "@verimesh/sdk";
import { keccak256, type Address, type Hex, type LocalAccount, type PublicClient, type TransactionReceipt } from "viem";
import { isJournalFailure } from "../journal/Journal.ts";
import { describeError, type Logger } from "../log.ts";
import type { SignedTransaction } from "../jobs/JobRecord.ts";
import { backoffSeconds, sleep } from "./backoff.ts";
import { bumpFees } from "./bumpFees.ts";

/** Each raises the fees by an eighth: up to 3.6 times the first. */
const MAX_ATTEMPTS = 12;

export interface SenderOptions {
  readonly client: PublicClient;
  readonly account: LocalAccount;
  readonly log: Logger;
  /** Blocks that must include or follow the transaction's own, 1 being its own alone. */
  readonly confirmations: number;
  readonly pollSeconds: number;
  /** Without a receipt for so long, the transaction is sent again, and with a higher fee. */
  readonly resendSeconds: number;
}

export interface Call {
  readonly to: Address;
  readonly data: Hex;
}

export type Outcome =
  | { readonly kind: "mined"; readonly receipt: TransactionReceipt }
  /** Its nonce was used by another transaction: it will never be mined. */
  | { readonly kind: "superseded" };

type Persist = (transaction: SignedTransaction) => Promise<void>;

/**
 * Sends transactions that survive a crash: signed first, then persisted by the caller, then broadcast. Whoever finds the
 * signed bytes again follows them with `follow`; sending them a second time cannot make them two transactions.
 */
export class TransactionSender {
  readonly #o: SenderOptions;
  readonly #inFlight = new Set<number>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SenderOptions) {
    this.#o = options;
  }

  /** Signs, persists, broadcasts and follows one call. Throws what signing, persisting or the node's refusal throws. */
  async send(
    call: Call,
    purpose: SignedTransaction["purpose"],
    persist: Persist,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const signed = await this.#exclusively(async () => {
      const transaction = await this.#sign(call, purpose);
      await persist(transaction);
      // Whether the transaction can be paid is told here; any other answer is weighed in follow().
      await this.#broadcast(transaction).catch((error: unknown) => {
        if (!isUnpayable(error)) {
          this.#o.log.debug({ error: describeError(error), purpose }, "broadcast failed");
          return;
        }
        throw unpayable(this.#o.account.address, error);
      });
      this.#inFlight.add(transaction.nonce);
      return transaction;
    });
    return this.follow(signed, persist, signal);
  }

  /** Waits for a signed transaction, sending it again while the chain does not have it. Rejects when the signal fires. */
  async follow(transaction: SignedTransaction, persist: Persist, signal: AbortSignal): Promise<Outcome> {
    this.#inFlight.add(transaction.nonce);
    try {
      return await this.#follow(transaction, persist, signal);
    } finally {
      this.#inFlight.delete(transaction.nonce);
    }
  }

  async #follow(transaction: SignedTransaction, persist: Persist, signal: AbortSignal): Promise<Outcome> {
    let current = transaction;
    let sentAt = performance.now();
    let failures = 0;
    let overtaken = 0;
    for (let round = 0; ; round++) {
      signal.throwIfAborted();
      try {
        const receipt = await this.#receipt(current);
        if (receipt && (await this.#isConfirmed(receipt))) return { kind: "mined", receipt };
        if (!receipt) {
          // Nodes behind one address may disagree for a moment: believed only when seen again.
          overtaken = (await this.#minedNonces()) > current.nonce ? overtaken + 1 : 0;
          if (overtaken >= 3) return { kind: "superseded" };
          if (round === 0) await this.#broadcast(current).catch(() => undefined);
          if (performance.now() - sentAt > this.#o.resendSeconds * 1000) {
            current = await this.#replace(current, persist);
            sentAt = performance.now();
          }
        }
        failures = 0;
      } catch (error) {
        if (isJournalFailure(error)) throw error;
        failures++;
        this.#o.log.warn(
          { error: describeError(error), failures },
          "waiting for a transaction: the node does not answer",
        );
      }
      await sleep(failures > 0 ? backoffSeconds(failures) : this.#o.pollSeconds, signal);
    }
  }

  async #sign(call: Call, purpose: SignedTransaction["purpose"]): Promise<SignedTransaction> {
    const { client, account } = this.#o;
    const estimated = await client.estimateGas({ ...call, account: account.address }).catch((error: unknown) => {
      throw toVerimeshError(error);
    });
    let nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
    // A node may not count what it was sent a moment ago. The lowest free nonce: a gap would hold up all that follow.
    while (this.#inFlight.has(nonce)) nonce++;
    const request = await client.prepareTransactionRequest({
      ...call,
      account,
      nonce,
      gas: (estimated * 5n) / 4n,
      chain: client.chain ?? null,
      parameters: ["fees", "type", "chainId"],
    });
    const raw = await account.signTransaction(request as Parameters<typeof account.signTransaction>[0]);
    return { purpose, nonce, attempts: [{ hash: keccak256(raw), raw }] };
  }

  async #replace(transaction: SignedTransaction, persist: Persist): Promise<SignedTransaction> {
    await this.#broadcast(transaction).catch(() => undefined);
    if (transaction.attempts.length >= MAX_ATTEMPTS) return transaction;
    const raw = await bumpFees(lastAttempt(transaction).raw, this.#o.account);
    const replaced = { ...transaction, attempts: [...transaction.attempts, { hash: keccak256(raw), raw }] };
    await persist(replaced);
    await this.#broadcast(replaced).catch((error: unknown) =>
      this.#o.log.debug({ error: describeError(error) }, "replacement was not accepted"),
    );
    return replaced;
  }

  #broadcast(transaction: SignedTransaction): Promise<unknown> {
    return this.#o.client.sendRawTransaction({ serializedTransaction: lastAttempt(transaction).raw });
  }

  async #receipt(transaction: SignedTransaction): Promise<TransactionReceipt | null> {
    for (const { hash } of transaction.attempts.toReversed()) {
      try {
        return await this.#o.client.getTransactionReceipt({ hash });
      } catch (error) {
        if ((error as Error).name !== "TransactionReceiptNotFoundError") throw error;
      }
    }
    return null;
  }

  async #isConfirmed(receipt: TransactionReceipt): Promise<boolean> {
    if (this.#o.confirmations <= 1) return true;
    const head = await this.#o.client.getBlockNumber({ cacheTime: 0 });
    return head - receipt.blockNumber + 1n >= BigInt(this.#o.confirmations);
  }

  #minedNonces(): Promise<number> {
    return this.#o.client.getTransactionCount({ address: this.#o.account.address, blockTag: "latest" });
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task);
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

function lastAttempt(transaction: SignedTransaction) {
  const attempt = transaction.attempts.at(-1);
  if (!attempt) throw new VerimeshError("A signed transaction has no bytes.", { code: "JOURNAL_CORRUPT" });
  return attempt;
}

function isUnpayable(error: unknown): boolean {
  return /insufficient funds|enough funds/i.test(String((error as Error).message));
}

function unpayable(address: Address, cause: unknown): VerimeshError {
  return new VerimeshError(`The provider's account ${address} cannot pay for gas.`, {
    code: "FUNDS_INSUFFICIENT",
    details: "Send it some of the chain's native coin.",
    cause,
  });
}
