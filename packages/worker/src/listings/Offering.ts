import { getListings, type ProviderListing } from "@verimesh/sdk";
import { backoffSeconds, sleep } from "../chain/backoff.ts";
import type { TransactionSender } from "../chain/TransactionSender.ts";
import { isLasting } from "../jobs/assess.ts";
import { describeError, type Logger } from "../log.ts";
import { rehearse, type RehearseOptions } from "../models/rehearse.ts";
import { type Difference, differencesOf, type Wanted } from "./differences.ts";

export interface OfferingOptions extends RehearseOptions {
  readonly wanted: Wanted;
  /** Sends what brings the chain in line with the configuration, instead of only saying so. */
  readonly updateListings: boolean;
  readonly sender: TransactionSender;
  readonly log: Logger;
}

/**
 * What a provider offers: held against the chain at the start, and every version rehearsed on this machine, before it is
 * listed where the worker does that itself. A version that cannot be served is not listed, or unlisted.
 */
export class Offering {
  readonly #o: OfferingOptions;
  #differences: readonly Difference[] = [];
  readonly #unserved = new Map<string, string>();

  constructor(options: OfferingOptions) {
    this.#o = options;
  }

  /** What the configuration and the chain say differently, and versions that this machine cannot serve; for people. */
  get problems(): readonly string[] {
    return [...this.#differences.map(({ what }) => what), ...this.#unserved.values()];
  }

  /** Resolves when every version was rehearsed and, if wanted, the chain is in line; a node that fails is waited for. */
  async start(signal: AbortSignal): Promise<void> {
    const { wanted, log, updateListings } = this.#o;
    this.#differences = await this.#patiently(() => this.#compare(), signal);
    if (!updateListings) {
      for (const { what } of this.#differences) log.warn({ what }, "configuration and chain differ");
    }
    const isListed = ({ listed }: ProviderListing): boolean => listed;
    const offered = wanted.offers ?? (await this.#patiently(() => this.#listings(), signal)).filter(isListed);
    for (const { modelId, version } of offered) await this.#rehearse(modelId, version, signal);
    if (updateListings) await this.#patiently(() => this.#bringInLine(signal), signal);
  }

  /** The version failed on a job: it is taken off the list where the worker keeps that in line. */
  async withdraw(modelId: bigint, version: bigint, why: string, signal: AbortSignal): Promise<void> {
    const what = `Model ${modelId}, version ${version} cannot be served: ${why}`;
    this.#unserved.set(`${modelId}:${version}`, what);
    this.#o.log.error({ modelId, version, why }, "a version cannot be served: take it off the list");
    if (this.#o.updateListings) await this.#patiently(() => this.#bringInLine(signal), signal);
  }

  async #patiently<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted();
      try {
        return await task();
      } catch (error) {
        this.#o.log.warn(
          { error: describeError(error), failures },
          "what is offered cannot be compared with the chain",
        );
        await sleep(backoffSeconds(failures), signal);
      }
    }
  }

  async #rehearse(modelId: bigint, version: bigint, signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await rehearse(this.#o, modelId, version, signal);
        this.#unserved.delete(`${modelId}:${version}`);
        this.#o.log.info({ modelId, version }, "ready to serve");
        return;
      } catch (error) {
        if (signal.aborted) return;
        const what = `Model ${modelId}, version ${version} cannot be served: ${(error as Error).message}`;
        this.#unserved.set(`${modelId}:${version}`, what);
        this.#o.log.error({ modelId, version, error: describeError(error) }, "a version cannot be served");
        const isOutOfTime = (error as Error).name === "TimeoutError";
        if (isLasting(error) || isOutOfTime || failures >= 5) return;
        await sleep(backoffSeconds(failures + 2), signal);
      }
    }
  }

  /** Listings first: the chain tells the prices of what is listed. */
  async #bringInLine(signal: AbortSignal): Promise<void> {
    const isAsk = ({ about }: Difference): boolean => about === "ask";
    const first = (await this.#compare()).filter((difference) => !isAsk(difference));
    const refused = await this.#send(first, signal);
    refused.push(...(await this.#send((await this.#compare()).filter(isAsk), signal)));
    this.#differences = refused;
  }

  /** Returns what the chain refused. */
  async #send(differences: readonly Difference[], signal: AbortSignal): Promise<Difference[]> {
    const { sender, market, log } = this.#o;
    const refused: Difference[] = [];
    for (const difference of differences) {
      if (signal.aborted) return refused;
      const { what, call } = difference;
      try {
        await market.simulate(call);
        // Nothing is lost with it: the next start compares anew.
        await sender.send(call, "offer", () => Promise.resolve(), signal);
        log.info({ what }, "brought the chain in line");
      } catch (error) {
        refused.push(difference);
        log.error({ what, error: describeError(error) }, "the chain cannot be brought in line");
      }
    }
    return refused;
  }

  async #compare(): Promise<Difference[]> {
    const { market, wanted } = this.#o;
    const [listings, capacity] = await Promise.all([this.#listings(), market.capacity()]);
    const offers = wanted.offers?.filter(({ modelId, version }) => !this.#unserved.has(`${modelId}:${version}`));
    return differencesOf({ ...wanted, offers }, { listings, capacity }, market.calls);
  }

  #listings(): Promise<ProviderListing[]> {
    const { client, deployment, provider } = this.#o.market;
    return getListings(client, { deployment, provider, includeUnlisted: true });
  }
}
