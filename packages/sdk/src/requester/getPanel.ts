import type { Address, Hex } from "viem";
import { zeroHash } from "viem";
import { getBlock } from "viem/actions";
import { marketOf, votesOf } from "../client/contracts.ts";
import { attempt, read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { JOB_POLICIES, type PanelStatus } from "../job/names.ts";
import { votingStepOf } from "../job/phase.ts";
import { toPanelFacts } from "../job/readJob.ts";

export interface GetPanelParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface PanelMember {
  readonly provider: Address;
  /** What it asked for, in the job's token. */
  readonly ask: bigint;
  /** Undefined until it has committed in this round. */
  readonly commitment: Hex | undefined;
  /** keccak256 of the packed words that it revealed in this round (`answerHash`). */
  readonly revealed: Hex | undefined;
}

/** Times in seconds since the epoch. */
export interface JobPanel {
  readonly jobId: bigint;
  /** `optimistic`: a jury that judges a challenged answer. */
  readonly policy: "quorum" | "optimistic";
  readonly status: Exclude<PanelStatus, "none">;
  /** What a panel that votes waits for; `over`: anyone may call closePanel. */
  readonly step: "committing" | "revealing" | "over" | undefined;
  readonly round: number;
  readonly size: number;
  /** Equal answers that decide. */
  readonly quorum: number;
  readonly committed: number;
  readonly revealed: number;
  /** While it is drawn: the candidates of the draw are those of this block. */
  readonly drawBlock: bigint;
  readonly drawBefore: bigint;
  readonly commitBefore: bigint;
  readonly revealBefore: bigint;
  /** Of the latest round; empty until the first is drawn. */
  readonly members: readonly PanelMember[];
  /** The answer that has a quorum of reveals so far. */
  readonly leading: { readonly answerHash: Hex; readonly votes: number } | undefined;
}

/**
 * The panel of drawn providers that votes on a job's answer: a quorum, or the jury of a challenged one.
 * @returns undefined where there is none (yet)
 * @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE`
 * @example
 * const panel = await getPanel(client, { deployment, jobId });
 * if (panel?.step === "revealing") console.log(`${panel.revealed} of ${panel.committed} have revealed`);
 */
export async function getPanel(client: VerimeshClient, parameters: GetPanelParameters): Promise<JobPanel | undefined> {
  const { deployment, jobId, signal } = parameters;
  const job = await read(client, { ...marketOf(deployment), functionName: "jobOf", args: [jobId] }, signal);
  const policy = JOB_POLICIES[job.policy]!;
  if (policy === "proof") return undefined;
  const votes = votesOf(deployment, policy);
  const [stored, seats, [leader, count], { timestamp }] = await Promise.all([
    read(client, { ...votes, functionName: "panelOf", args: [jobId] }, signal),
    read(client, { ...votes, functionName: "seatsOf", args: [jobId] }, signal),
    read(client, { ...votes, functionName: "leadingAnswerOf", args: [jobId] }, signal),
    attempt(() => getBlock(client), signal),
  ]);
  const facts = toPanelFacts(stored);
  const { status } = facts;
  if (status === "none") return undefined;
  const hashBy = async (functionName: "commitmentBy" | "revealedBy", provider: Address): Promise<Hex | undefined> => {
    const hash = await read(client, { ...votes, functionName, args: [jobId, provider] }, signal);
    return hash === zeroHash ? undefined : hash;
  };
  const members = seats.map(async ({ provider, ask }): Promise<PanelMember> => {
    const [commitment, revealed] = await Promise.all([
      hashBy("commitmentBy", provider),
      hashBy("revealedBy", provider),
    ]);
    return { provider, ask, commitment, revealed };
  });
  const { round, quorum } = stored;
  return {
    ...{ jobId, policy, ...facts, status, round, quorum },
    step: votingStepOf(facts, timestamp),
    drawBlock: BigInt(stored.drawBlock),
    members: await Promise.all(members),
    leading: leader === zeroHash ? undefined : { answerHash: leader, votes: Number(count) },
  };
}
