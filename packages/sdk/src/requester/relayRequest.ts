import { VerimeshError } from "@verimesh/core";
import { deskOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import type { SignedJobRequest } from "./signedRequest.ts";

export interface RelayRequestParameters extends WriteOptions {
  /** Of `signRequest`. */
  readonly signed: SignedJobRequest;
}

export interface RelayRequestReturnType extends WriteResult {
  /** The signer's job, paid with the signer's money. */
  readonly jobId: bigint;
}

/**
 * Submits a request that somebody else signed, and pays its gas.
 * @throws VerimeshError `RequestNotSigned`, `RequestExpired`, `InvalidAccountNonce`, `BalanceInsufficient`,
 * `RelayedEtherNeedsBalance`, those of `requestJob`, and those of every write
 * @example
 * const { jobId } = await relayRequest(client, { deployment, signed });
 */
export async function relayRequest(
  client: VerimeshClient,
  parameters: RelayRequestParameters,
): Promise<RelayRequestReturnType> {
  const { deployment, signed } = parameters;
  const { requester, nonce, deadline, request, signature, permit } = signed;
  const desk = deskOf(deployment);
  const args = [{ requester, nonce, deadline, request }, signature, permit] as const;
  const { transactionHash, receipt } = await write(client, { ...desk, functionName: "relayRequest", args }, parameters);
  const [relayed] = eventsIn(receipt, desk, "RequestRelayed");
  if (relayed !== undefined) return { jobId: relayed.args.jobId, transactionHash, receipt };
  throw new VerimeshError(`The transaction ${transactionHash} left no RequestRelayed event.`, {
    code: "CONTRACT_MISSING",
    details: "The contract at this address is not a RequestDesk: check the deployment.",
  });
}
