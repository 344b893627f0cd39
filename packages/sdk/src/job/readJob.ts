import { getBlock } from "viem/actions";
import type { Address, Hex } from "viem";
import { marketOf, optimisticOf, votesOf } from "../client/contracts.ts";
import { attempt, read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import {
  CLAIM_STATUSES,
  END_REASONS,
  type EndReason,
  JOB_POLICIES,
  JOB_STATUSES,
  type JobPolicy,
  type JobStatus,
  PANEL_STATUSES,
} from "./names.ts";
import { type PanelFacts, type PhaseFacts, phaseOf, type PhaseOfJob } from "./phase.ts";

export interface MarketJob extends PhaseOfJob {
  readonly jobId: bigint;
  /** As the market keeps it; `phase` says more. */
  readonly status: JobStatus;
  /** Why it ended or, while it runs, why its last attempt failed. `explainReason` gives a sentence. */
  readonly reason: EndReason;
  readonly policy: JobPolicy;
  readonly requester: Address;
  /** The zero address while there is none, and always under the quorum policy: `getPanel` has the members. */
  readonly provider: Address;
  /** What the provider asked for; 0 while there is none. */
  readonly price: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  /** The zero address for ETH. */
  readonly token: Address;
  /** The most that the job may cost. */
  readonly fee: bigint;
  readonly royaltyBps: number;
  readonly protocolFeeBps: number;
  /** Assignments that failed so far. */
  readonly attempts: number;
  readonly panelSize: number;
  readonly quorum: number;
  /** The end of the status in the market, in seconds since the epoch; `phaseBefore` is what counts for people. */
  readonly deadline: bigint;
  /** The candidates of the next draw are those of this block. */
  readonly drawBlock: bigint;
  readonly drawSeconds: number;
  readonly answerSeconds: number;
  readonly openSeconds: number;
  readonly windowSeconds: number;
  readonly callback: Address;
  readonly callbackGasLimit: number;
  readonly outputWords: number;
  readonly inputHash: Hex;
  readonly inputOffChain: boolean;
}

export interface ReadJobParameters extends ReadOptions {
  readonly jobId: bigint;
  /** The latest block by default. */
  readonly blockNumber?: bigint | undefined;
  /** The chain's clock, where the caller knows it; asked for by default. */
  readonly now?: bigint | undefined;
}

/** A job with the phase that market, policy contracts and the chain's clock make together. */
export async function readJob(client: VerimeshClient, parameters: ReadJobParameters): Promise<MarketJob> {
  const { deployment, jobId, blockNumber, now, signal } = parameters;
  const at = blockNumber === undefined ? {} : { blockNumber };
  const [stored, timestamp] = await Promise.all([
    read(client, { ...marketOf(deployment), functionName: "jobOf", args: [jobId], ...at }, signal),
    now ?? attempt(() => getBlock(client, at), signal).then((block) => block.timestamp),
  ]);
  const job = {
    ...stored,
    jobId,
    status: JOB_STATUSES[stored.status]!,
    reason: END_REASONS[stored.reason]!,
    policy: JOB_POLICIES[stored.policy]!,
    modelId: BigInt(stored.modelId),
    version: BigInt(stored.version),
    deadline: BigInt(stored.deadline),
    drawBlock: BigInt(stored.drawBlock),
  };
  const progress = await readProgress(client, parameters, job);
  return { ...job, ...phaseOf({ ...job, ...progress }, timestamp) };
}

/** What the policy contracts know of a running job. */
async function readProgress(
  client: VerimeshClient,
  { deployment, jobId, blockNumber, signal }: ReadJobParameters,
  { status, policy }: Pick<MarketJob, "status" | "policy">,
): Promise<Pick<PhaseFacts, "claim" | "panel">> {
  const at = { args: [jobId] as const, ...(blockNumber !== undefined && { blockNumber }) };
  const panelIn = async (votes: "quorum" | "optimistic"): Promise<PanelFacts> =>
    toPanelFacts(await read(client, { ...votesOf(deployment, votes), functionName: "panelOf", ...at }, signal));
  if (policy === "quorum" && status === "assigned") return { panel: await panelIn("quorum") };
  if (policy !== "optimistic" || status !== "answered") return {};
  const stored = await read(client, { ...optimisticOf(deployment), functionName: "claimOf", ...at }, signal);
  const claim = { status: CLAIM_STATUSES[stored.status]!, before: BigInt(stored.deadline) };
  return { claim, ...(claim.status === "judging" && { panel: await panelIn("optimistic") }) };
}

/** A panel's numbers as the SDK has them. */
export function toPanelFacts(stored: {
  readonly status: number;
  readonly size: number;
  readonly committed: number;
  readonly revealed: number;
  readonly drawBefore: number;
  readonly commitBefore: number;
  readonly revealBefore: number;
}): PanelFacts {
  const { status, size, committed, revealed, drawBefore, commitBefore, revealBefore } = stored;
  return {
    ...{ status: PANEL_STATUSES[status]!, size, committed, revealed },
    ...{ drawBefore: BigInt(drawBefore), commitBefore: BigInt(commitBefore), revealBefore: BigInt(revealBefore) },
  };
}
