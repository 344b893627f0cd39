import { VerimeshError } from "@verimesh/core";
import type { Hex } from "viem";
import { connectAs, type Context } from "./Context.ts";
import { findModel } from "./manifests.ts";
import { amountText, parseAmount, parseToken, vmeshText } from "./payment.ts";

export interface AskOptions {
  /** Whole ETH or VMESH, or base units of another token; `none`: not in this token. */
  readonly ask: string;
  readonly token?: string;
  readonly modelVersion?: number;
}

export interface ListOptions extends AskOptions {
  readonly offChain: boolean;
  /** The shortest answer time with which it is drawn; 0 for any. */
  readonly minAnswerSeconds: number;
}

type VersionOptions = Pick<AskOptions, "modelVersion">;

/** Names a price for a version and lists it, so that the account is drawn for its jobs. */
export async function listModel(context: Context, nameOrId: string, options: ListOptions): Promise<void> {
  const { signal } = context;
  const { wallet, modelId, version, ...writer } = await versionOf(context, nameOrId, options);
  await setPrice(context, { wallet, modelId, version, ...writer }, options);
  const provider = writer.account.address;
  const { minAnswerSeconds } = await writer.client.getListing({ provider, modelId, version, tokens: [], signal });
  const seconds = options.minAnswerSeconds;
  if (seconds !== minAnswerSeconds) await wallet.setMinAnswerSeconds({ modelId, version, seconds, signal });
  await wallet.listModel({ modelId, version, acceptsOffChain: options.offChain, signal });
  await report(context, { wallet, modelId, version, ...writer });
}

/** Changes what a version costs in a token. */
export async function setAsk(context: Context, nameOrId: string, options: AskOptions): Promise<void> {
  const writer = await versionOf(context, nameOrId, options);
  await setPrice(context, writer, options);
  await report(context, writer);
}

/** Takes the account off the list, for jobs requested from now on. */
export async function unlistModel(context: Context, nameOrId: string, options: VersionOptions): Promise<void> {
  const writer = await versionOf(context, nameOrId, options);
  const { modelId, version } = writer;
  await writer.wallet.unlistModel({ modelId, version, signal: context.signal });
  await report(context, writer);
}

/** Sets how many jobs the account takes at once. */
export async function setCapacity(context: Context, capacity: number): Promise<void> {
  const { wallet, account } = await connectAs(context, "provider");
  const { transactionHash } = await wallet.setCapacity({ capacity, signal: context.signal });
  tell(context, { account: account.address, capacity, transactionHash }, `${capacity} jobs at once`);
}

/** Sets the part of what delegated stake earns that the account keeps. */
export async function setCommission(context: Context, commissionBps: number): Promise<void> {
  const { client, wallet, account } = await connectAs(context, "provider");
  const { transactionHash } = await wallet.setCommission({ commissionBps, signal: context.signal });
  const { commissionBps: now } = await client.getProvider({ provider: account.address, signal: context.signal });
  const later = now === commissionBps ? "" : `, after the unbonding time; until then ${now / 100} %`;
  tell(
    context,
    { account: account.address, commissionBps, commissionBpsNow: now, transactionHash },
    `Keeps ${commissionBps / 100} % of what delegated stake earns${later}`,
  );
}

type Writer = Awaited<ReturnType<typeof versionOf>>;

async function versionOf(context: Context, nameOrId: string, { modelVersion }: VersionOptions) {
  const writer = await connectAs(context, "provider");
  const { modelId, latestVersion } = await findModel(writer, nameOrId, context.signal);
  const version = modelVersion === undefined ? latestVersion : BigInt(modelVersion);
  if (version !== undefined) return { ...writer, modelId, version };
  throw new VerimeshError(`Model ${modelId} has no version that takes jobs.`, { code: "VersionIsDeprecated" });
}

async function setPrice({ signal }: Context, writer: Writer, options: AskOptions): Promise<void> {
  const { wallet, modelId, version, deployment } = writer;
  const token = parseToken(options.token, deployment);
  const ask = options.ask === "none" ? null : parseAmount("ask", options.ask, token, deployment);
  await wallet.setAsk({ modelId, version, token, ask, signal });
}

async function report({ out, signal }: Context, writer: Writer): Promise<void> {
  const { client, account, modelId, version, deployment } = writer;
  const { earningTokens, capacity } = await client.getProvider({ provider: account.address, signal });
  const listing = await client.getListing({
    provider: account.address,
    modelId,
    version,
    tokens: earningTokens,
    signal,
  });
  const asks = listing.asks.flatMap(({ token, ask }) =>
    ask === undefined ? [] : [amountText(ask, token, deployment)],
  );
  out.facts({
    Provider: account.address,
    Version: `model ${modelId}, version ${version}`,
    Listed: listing.listed ? `yes, with a weight of ${vmeshText(listing.weight)}` : "no",
    "Answer time": answerTimeText(listing.minAnswerSeconds),
    Asks: asks.length === 0 ? "none" : asks.join(", "),
    Capacity: capacity === 0 ? "0: set it with verimesh provider capacity, or no job comes" : capacity,
  });
  const { provider, listed, acceptsOffChain, weight, minAnswerSeconds } = listing;
  const key = { modelId: Number(modelId), version: Number(version) };
  out.result({ provider, ...key, listed, acceptsOffChain, weight, minAnswerSeconds, asks: listing.asks, capacity });
}

/** With how much time a provider is drawn. */
export function answerTimeText(minAnswerSeconds: number): string {
  return minAnswerSeconds === 0 ? "any" : `${minAnswerSeconds} s or more`;
}

function tell(
  { out }: Context,
  result: { readonly account: string; readonly transactionHash: Hex } & Readonly<Record<string, unknown>>,
  text: string,
): void {
  out.facts({ Provider: result.account, Set: text, Transaction: result.transactionHash });
  out.result(result);
}
