import { cidToHex, type Deployment, getJobRequest } from "@verimesh/sdk";
import type { PublicClient } from "viem";
import type { ChainJob } from "./ChainJob.ts";
import type { RequestedJob } from "./watchJobs.ts";

/** A job's request: what the market keeps of it, and what only its event has. */
export async function findRequest(
  client: PublicClient,
  deployment: Deployment,
  jobId: bigint,
  { policy, requester, token, fee }: ChainJob,
): Promise<RequestedJob> {
  const { modelId, version, inputWords, inputCid } = await getJobRequest(client, { deployment, jobId });
  const cid = inputCid === undefined ? "0x" : cidToHex(inputCid);
  return { jobId, modelId, version, policy, requester, token, fee, inputWords, inputCid: cid };
}
