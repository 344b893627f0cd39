import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import type { Hash } from "viem";
import { cidFromHex } from "../cid.ts";
import { marketOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetJobRequestParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface JobRequestRecord {
  readonly jobId: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly inputWords: readonly bigint[];
  /** Where the input's bytes are; undefined where the words are the input. */
  readonly inputCid: CID | undefined;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
}

/**
 * What was asked, from the event of the request: the market itself keeps only a hash of it.
 * @throws VerimeshError `JobUnknown`, `CID_INVALID`, `RPC_UNREACHABLE`
 * @example
 * const { inputWords, inputCid } = await getJobRequest(client, { deployment, jobId: 1n });
 */
export async function getJobRequest(
  client: VerimeshClient,
  parameters: GetJobRequestParameters,
): Promise<JobRequestRecord> {
  const { deployment, jobId, signal } = parameters;
  const [event] = await getEvents(client, {
    ...marketOf(deployment),
    eventName: "JobRequested",
    args: { jobId },
    fromBlock: BigInt(deployment.deployedAtBlock),
    signal,
  });
  if (event === undefined) {
    throw new VerimeshError(`There is no job ${jobId}.`, { code: "JobUnknown", details: "Job ids start at 1." });
  }
  const { modelId, version, inputWords, inputCid } = event.args;
  const { blockNumber, transactionHash } = event;
  const cid = inputCid === "0x" ? undefined : cidFromHex(inputCid);
  return { jobId, modelId, version, inputWords, inputCid: cid, blockNumber, transactionHash };
}
