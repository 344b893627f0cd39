import { optimisticOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type JobSettlement, settlementIn } from "../job/settlementIn.ts";
import type { ProvenAnswer } from "./submitProof.ts";

export interface DefendAnswerParameters extends WriteOptions, ProvenAnswer {}

export interface DefendAnswerReturnType extends WriteResult, JobSettlement {}

/**
 * Proves an answer that was challenged: the job is settled, and the challenger's bond is lost.
 * @throws VerimeshError `NotClaimant`, `ClaimNotInStatus`, `DefenceDeadlinePassed`, `DefenceInvalid`, `InputWordsMismatch`,
 * and those of every write
 * @example
 * await defendAnswer(client, { deployment, jobId, inputWords, outputWords, proof: toSolidityProof(proof) });
 */
export async function defendAnswer(
  client: VerimeshClient,
  parameters: DefendAnswerParameters,
): Promise<DefendAnswerReturnType> {
  const { deployment, jobId, inputWords, outputWords, proof } = parameters;
  const args = [jobId, inputWords, outputWords, proof] as const;
  const call = { ...optimisticOf(deployment), functionName: "defendAnswer", args } as const;
  const { receipt, transactionHash } = await write(client, call, parameters);
  return { ...settlementIn(receipt, deployment, jobId), transactionHash, receipt };
}
