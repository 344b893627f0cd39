import type { SolidityProof } from "@verimesh/core";
import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type JobSettlement, settlementIn } from "../job/settlementIn.ts";

export interface ProvenAnswer {
  readonly jobId: bigint;
  /** Those of the request. */
  readonly inputWords: readonly bigint[];
  readonly outputWords: readonly bigint[];
  /** Of `toSolidityProof`, made with the binding of this job and this account. */
  readonly proof: SolidityProof;
}

export interface SubmitProofParameters extends WriteOptions, ProvenAnswer {}

export interface SubmitProofReturnType extends WriteResult, JobSettlement {}

/**
 * Delivers a proven answer: as the provider that was drawn or, in the open round, as any that serves the version within
 * the fee. The contract verifies the proof and splits the price into claimable balances.
 * @throws VerimeshError `ProofInvalid`, `NotAssignedProvider`, `NotServing`, `AnswerDeadlinePassed`, `JobNotOpen`,
 * `InputWordsMismatch`, `OutputWordCountMismatch`, `CallbackGasUnavailable`, and those of every write
 * @example
 * await submitProof(client, { deployment, jobId, inputWords, outputWords, proof: toSolidityProof(proof) });
 * await withdraw(client, { deployment });
 */
export async function submitProof(
  client: VerimeshClient,
  parameters: SubmitProofParameters,
): Promise<SubmitProofReturnType> {
  const { deployment, jobId, inputWords, outputWords, proof } = parameters;
  const args = [jobId, inputWords, outputWords, proof] as const;
  const call = { ...marketOf(deployment), functionName: "submitProof", args } as const;
  const { receipt, transactionHash } = await write(client, call, parameters);
  return { ...settlementIn(receipt, deployment, jobId), transactionHash, receipt };
}
