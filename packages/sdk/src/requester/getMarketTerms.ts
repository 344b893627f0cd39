import { marketOf, optimisticOf, selectionOf, stakingOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export type GetMarketTermsParameters = ReadOptions;

/** Durations in seconds, shares in basis points, bonds in the stake token's smallest unit. */
export interface MarketTerms {
  readonly protocolFeeBps: bigint;
  readonly requestsPaused: boolean;
  readonly minDurationSeconds: bigint;
  /** Of drawing, the open round and the window. */
  readonly maxDurationSeconds: bigint;
  readonly maxAnswerSeconds: bigint;
  readonly maxCallbackGas: bigint;
  readonly maxPanelSize: bigint;
  /** Assignments that a job survives; then it is open to every serving provider. */
  readonly maxAttempts: bigint;
  /** What a provider locks for each job, or each seat on a panel. */
  readonly bondAmount: bigint;
  readonly challengeBond: bigint;
  readonly unbondingSeconds: bigint;
  /** Blocks between a request and the block whose randomness draws for it. */
  readonly seedDelayBlocks: bigint;
  /** Blocks between two changes of an ask. */
  readonly askChangeBlocks: bigint;
  readonly maxDeclinesPerDay: bigint;
}

/**
 * The terms under which the market takes jobs now.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const { bondAmount, requestsPaused } = await getMarketTerms(client, { deployment });
 */
export async function getMarketTerms(
  client: VerimeshClient,
  { deployment, signal }: GetMarketTermsParameters,
): Promise<MarketTerms> {
  const market = marketOf(deployment);
  const staking = stakingOf(deployment);
  const selection = selectionOf(deployment);
  const terms = {
    protocolFeeBps: read(client, { ...market, functionName: "protocolFeeBps" }, signal),
    requestsPaused: read(client, { ...market, functionName: "requestsPaused" }, signal),
    minDurationSeconds: read(client, { ...market, functionName: "MIN_DURATION_SECONDS" }, signal),
    maxDurationSeconds: read(client, { ...market, functionName: "MAX_DURATION_SECONDS" }, signal),
    maxAnswerSeconds: read(client, { ...market, functionName: "MAX_ANSWER_SECONDS" }, signal),
    maxCallbackGas: read(client, { ...market, functionName: "MAX_CALLBACK_GAS" }, signal),
    maxPanelSize: read(client, { ...market, functionName: "MAX_PANEL_SIZE" }, signal),
    maxAttempts: read(client, { ...market, functionName: "MAX_ATTEMPTS" }, signal),
    bondAmount: read(client, { ...staking, functionName: "bondAmount" }, signal),
    challengeBond: read(client, { ...optimisticOf(deployment), functionName: "challengeBond" }, signal),
    unbondingSeconds: read(client, { ...staking, functionName: "UNBONDING_SECONDS" }, signal),
    seedDelayBlocks: read(client, { ...selection, functionName: "SEED_DELAY_BLOCKS" }, signal),
    askChangeBlocks: read(client, { ...selection, functionName: "ASK_CHANGE_BLOCKS" }, signal),
    maxDeclinesPerDay: read(client, { ...selection, functionName: "MAX_DECLINES_PER_DAY" }, signal),
  };
  const values = await Promise.all(Object.entries(terms).map(async ([name, value]) => [name, await value] as const));
  return Object.fromEntries(values) as unknown as MarketTerms;
}
