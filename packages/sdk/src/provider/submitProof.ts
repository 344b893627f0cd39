import { jobMarketAbi } from "@verimesh/abi";
import type { SolidityProof } from "@verimesh/core";
import { parseEventLogs } from "viem";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SubmitProofParameters extends WriteOptions {
  readonly jobId: bigint;
  /** Those of the request. */
  readonly inputWords: readonly bigint[];
  readonly outputWords: readonly bigint[];
  /** Of `toSolidityProof`, made with the binding of this job and this account. */
  readonly proof: SolidityProof;
}

export interface SubmitProofReturnType extends WriteResult {
  readonly providerAmount: bigint;
  readonly royaltyAmount: bigint;
  readonly protocolAmount: bigint;
  /** Whether the requester's callback ran without a revert; undefined if there is none. */
  readonly callbackSucceeded: boolean | undefined;
}

/**
 * Delivers the answer of a claimed job. The contract verifies the proof and splits the fee into claimable balances.
 * @throws VerimeshError `ProofInvalid`, `NotAssignedProvider`, `ProveDeadlinePassed`, `InputWordsMismatch`,
 * `OutputWordCountMismatch`, `CallbackGasUnavailable`, and those of every write
 * @example
 * await submitProof(client, { deployment, jobId, inputWords, outputWords, proof: toSolidityProof(proof) });
 * await withdraw(client, { deployment });
 */
export async function submitProof(
  client: VerimeshClient,
  parameters: SubmitProofParameters,
): Promise<SubmitProofReturnType> {
  const { deployment, jobId, inputWords, outputWords, proof } = parameters;
  const contract = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
  const call = { ...contract, functionName: "submitProof", args: [jobId, inputWords, outputWords, proof] } as const;
  const { receipt, transactionHash } = await write(client, call, parameters);
  const events = parseEventLogs({ abi: jobMarketAbi, eventName: ["FeePaid", "CallbackExecuted"], logs: receipt.logs });
  const amounts = { providerAmount: 0n, royaltyAmount: 0n, protocolAmount: 0n };
  let callbackSucceeded: boolean | undefined;
  for (const event of events) {
    // Tokens and callbacks log too, and may log what looks like the market's.
    if (event.address.toLowerCase() !== contract.address.toLowerCase() || event.args.jobId !== jobId) continue;
    if (event.eventName === "CallbackExecuted") callbackSucceeded = event.args.success;
    else Object.assign(amounts, event.args);
  }
  const { providerAmount, royaltyAmount, protocolAmount } = amounts;
  return { providerAmount, royaltyAmount, protocolAmount, callbackSucceeded, transactionHash, receipt };
}
