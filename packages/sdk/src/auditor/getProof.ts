import { jobBinding, type SolidityProof, VerimeshError } from "@verimesh/core";
import type { Address, Hash } from "viem";
import { marketOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getJob } from "../requester/getJob.ts";

export interface GetProofParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface JobProof {
  readonly jobId: bigint;
  readonly modelId: bigint;
  readonly provider: Address;
  /** The contract that verified it. */
  readonly verifier: Address;
  readonly outputWords: readonly bigint[];
  readonly inputWords: readonly bigint[];
  /** Output words, input words, binding. */
  readonly publicSignals: readonly bigint[];
  readonly proof: SolidityProof;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
}

/**
 * Proof and public signals of a job that was settled by a proof, from its event. The binding is computed here, from chain, market, job and
 * provider, as the contract does.
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_SETTLED`, `JOB_NOT_PROVEN`, `RPC_UNREACHABLE`
 * @example
 * const { proof, publicSignals, verifier } = await getProof(client, { deployment, jobId });
 */
export async function getProof(client: VerimeshClient, parameters: GetProofParameters): Promise<JobProof> {
  const { deployment, jobId, signal } = parameters;
  const [event] = await getEvents(client, {
    ...marketOf(deployment),
    eventName: "JobSettled",
    args: { jobId },
    fromBlock: BigInt(deployment.deployedAtBlock),
    signal,
  });
  if (event === undefined) {
    const { status, phase, policy } = await getJob(client, { deployment, jobId, signal });
    if (status === "settled") {
      throw new VerimeshError(`Job ${jobId} has no proof: its policy was ${policy}.`, {
        code: "JOB_NOT_PROVEN",
        details: "Its answer was decided by a vote, or stood unchallenged: getAnswer has it.",
      });
    }
    throw new VerimeshError(`Job ${jobId} has no proof: it is ${phase}.`, {
      code: "JOB_NOT_SETTLED",
      details: "Only a settled job has one. waitForJob waits for it.",
    });
  }
  const { modelId, provider, verifier, outputWords, inputWords, proof } = event.args;
  const { chainId, jobMarket: market } = deployment;
  const binding = jobBinding({ chainId, market, jobId, provider });
  return {
    jobId,
    modelId,
    provider,
    verifier,
    outputWords,
    inputWords,
    publicSignals: [...outputWords, ...inputWords, binding],
    proof,
    blockNumber: event.blockNumber,
    transactionHash: event.transactionHash,
  };
}
