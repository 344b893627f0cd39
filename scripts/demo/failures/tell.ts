import { jobMarketAbi, providerStakingAbi } from "@verimesh/abi";
import { getContractEvents } from "viem/actions";
import { PARTS, publicClientOf, userOf } from "../accounts.ts";
import type { FailureReport, FailureStage } from "./stage.ts";

/** Reads from the chain how a job ended: nothing here is taken from what the parties believe. */
export async function tellFailure(stage: FailureStage, jobId: bigint, story: string): Promise<FailureReport> {
  const { deployment, rpcUrl, signal } = stage;
  const client = publicClientOf(rpcUrl);
  const job = await userOf(rpcUrl, PARTS.unlucky, deployment).getJob({ jobId, signal });
  const range = { fromBlock: BigInt(deployment.deployedAtBlock), strict: true } as const;
  const market = { address: deployment.jobMarket, abi: jobMarketAbi, ...range } as const;
  const refunds = await getContractEvents(client, { ...market, eventName: "JobRefunded", args: { jobId } });
  const ends = await Promise.all(
    (["AssignmentExpired", "JobRefunded"] as const).map((eventName) =>
      getContractEvents(client, { ...market, eventName, args: { jobId } }),
    ),
  );
  const transactions = new Set(ends.flat().map(({ transactionHash }) => transactionHash));
  const cuts = await getContractEvents(client, {
    ...{ address: deployment.providerStaking, abi: providerStakingAbi, ...range, eventName: "BondSlashed" },
  });
  return {
    jobId: Number(jobId),
    story,
    policy: job.policy,
    reason: job.reason,
    fee: job.fee,
    refunded: refunds.reduce((sum, { args }) => sum + args.amount, 0n),
    slashed: cuts
      .filter(({ transactionHash }) => transactions.has(transactionHash))
      .reduce((sum, { args }) => sum + args.amount, 0n),
  };
}
