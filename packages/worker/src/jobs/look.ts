import { keccak256, encodePacked, zeroAddress } from "viem";
import { CLAIM, type ChainJob, type ClaimView, POLICY, STATUS } from "../chain/ChainJob.ts";
import type { MarketClient } from "../chain/MarketClient.ts";
import type { JobRecord } from "./JobRecord.ts";
import type { Habits, Situation } from "./Verdict.ts";

/** Workers that may all do the same wait for one another in this many steps. */
const STAGGER_STEPS = 8n;

/** Reads what the chain says about a job, and no more than its policy and status call for. */
export async function look(
  market: MarketClient,
  record: JobRecord,
  habits: Habits,
  staggerSeconds: number,
): Promise<Situation> {
  const { jobId, modelId, version, policy } = record;
  const [job, now, constants] = await Promise.all([market.jobOf(jobId), market.nextBlockTime(), market.constants()]);
  const isOver = job.status === STATUS.none || job.status === STATUS.settled || job.status === STATUS.refunded;
  const claimed = policy === POLICY.optimistic && job.status !== STATUS.requested && job.status !== STATUS.none;
  const [ask, claim, provable] = await Promise.all([
    isOver ? undefined : market.askOf(modelId, version, job.token),
    claimed ? market.claimOf(jobId) : undefined,
    claimed && !isOver ? market.versionOf(modelId, version).then(({ verifier }) => verifier !== zeroAddress) : true,
  ]);
  const panel = hasPanel(record, job, claim) ? await market.panelOf(jobId, policy) : undefined;
  return {
    ...{ job, now, claim, panel, provable, habits },
    me: market.provider,
    maxAttempts: constants.maxAttempts,
    maxRounds: constants.maxRounds,
    listed: ask !== undefined,
    serves: ask !== undefined && ask <= maxAskOf(job),
    stagger: Number(staggerOf(market.provider, jobId)) * staggerSeconds,
  };
}

function hasPanel(record: JobRecord, job: ChainJob, claim: ClaimView | undefined): boolean {
  if (job.status === STATUS.none) return false;
  if (record.policy === POLICY.quorum) return true;
  return claim !== undefined && (claim.status === CLAIM.judging || record.round !== undefined);
}

/** The most that one provider may ask for the job. */
export function maxAskOf({ policy, fee, panelSize }: ChainJob): bigint {
  return policy === POLICY.quorum ? fee / BigInt(Math.max(1, panelSize)) : fee;
}

/** This worker's place, from 0, among those that may all do the same. */
export function staggerOf(me: `0x${string}`, jobId: bigint): bigint {
  return BigInt(keccak256(encodePacked(["address", "uint256"], [me, jobId]))) % STAGGER_STEPS;
}
