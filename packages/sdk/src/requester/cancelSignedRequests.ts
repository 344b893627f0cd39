import { deskOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export type CancelSignedRequestsParameters = WriteOptions;
export type CancelSignedRequestsReturnType = WriteResult;

/**
 * Makes the account's signed requests that nobody has submitted worthless.
 * @throws VerimeshError those of every write
 * @example
 * await cancelSignedRequests(client, { deployment });
 */
export async function cancelSignedRequests(
  client: VerimeshClient,
  parameters: CancelSignedRequestsParameters,
): Promise<CancelSignedRequestsReturnType> {
  const call = { ...deskOf(parameters.deployment), functionName: "cancelNonce", args: [] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
