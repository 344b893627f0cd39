import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type JobSettlement, settlementIn } from "../job/settlementIn.ts";
import type { ProvenAnswer } from "./submitProof.ts";

export interface SettleBatchParameters extends WriteOptions {
  /** One or more, all of one version and all the sender's. */
  readonly deliveries: readonly ProvenAnswer[];
}

export interface SettleBatchReturnType extends WriteResult {
  /** In the order of `deliveries`. */
  readonly settlements: readonly JobSettlement[];
}

/**
 * Delivers several proven answers of one version together, at the price of n + 3 pairings: all are settled or none. If one
 * does not hold, submit them one by one.
 * @throws VerimeshError `BatchInvalid`, `BatchVersionMismatch`, `BatchEmpty`, and those of `submitProof`
 * @example
 * const { settlements } = await settleBatch(client, { deployment, deliveries });
 */
export async function settleBatch(
  client: VerimeshClient,
  parameters: SettleBatchParameters,
): Promise<SettleBatchReturnType> {
  const { deployment } = parameters;
  const deliveries = parameters.deliveries.map(({ jobId, inputWords, outputWords, proof }) => ({
    ...{ jobId, inputWords, outputWords, proof },
  }));
  const call = { ...marketOf(deployment), functionName: "settleBatch", args: [deliveries] } as const;
  const { receipt, transactionHash } = await write(client, call, parameters);
  const settlements = deliveries.map(({ jobId }) => settlementIn(receipt, deployment, jobId));
  return { settlements, transactionHash, receipt };
}
