import { type Address, zeroAddress, zeroHash } from "viem";
import { getBlock, signTypedData } from "viem/actions";
import { deskOf } from "../client/contracts.ts";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { addressOf, requireAccount } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";
import { requireClaimable } from "./getClaimable.ts";
import { type JobTerms, prepareRequest } from "./jobTerms.ts";
import { SIGNED_REQUEST_TYPES, type SignedJobRequest, signedRequestDomain } from "./signedRequest.ts";

export interface SignRequestParameters extends WriteOptions, JobTerms {
  /** Whether the requester's claimable balance in the market pays. ETH is always paid from there; tokens need not. */
  readonly fromBalance?: boolean | undefined;
  /** How the market may take tokens. Default `permit`, which travels with the request. */
  readonly tokenApproval?: TokenApproval | undefined;
  /** How long the signature holds, by the chain's clock. Default 3600. */
  readonly validSeconds?: number | undefined;
  /** The ERC-1271 wallet for which the account signs; the account itself by default. */
  readonly requester?: Address | undefined;
}

const NO_PERMIT = { value: 0n, deadline: 0n, v: 0, r: zeroHash, s: zeroHash } as const;

/**
 * Signs a request off the chain (EIP-712) for somebody else to submit and pay the gas for (`relayRequest`). Whoever submits
 * it can change nothing of it, nor submit it twice; `cancelSignedRequests` makes it worthless.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, `STORE_MISSING`, `INPUT_NOT_RETRIEVABLE`, `PERMIT_UNSUPPORTED`,
 * `TRANSACTION_REJECTED`, …
 * @example
 * await deposit(client, { deployment, amount: parseEther("0.01") });
 * const signed = await signRequest(client, { deployment, modelId: 1n, version: 1n, fee: parseEther("0.01"), input });
 */
export async function signRequest(
  client: VerimeshClient,
  parameters: SignRequestParameters,
): Promise<SignedJobRequest> {
  const { deployment, fee, token = zeroAddress, validSeconds = 3600, signal } = parameters;
  const account = requireAccount(client, parameters.account);
  const requester = parameters.requester ?? addressOf(account);
  const fromBalance = parameters.fromBalance ?? token === zeroAddress;
  const checkFunds = (): Promise<void> =>
    fromBalance
      ? requireClaimable(client, { deployment, owner: requester, token, needed: fee, signal })
      : requireBalance(client, requester, token, fee, signal);
  const { request } = await prepareRequest(client, parameters, { fromBalance, checkFunds });
  const desk = deskOf(deployment);
  const [nonce, { timestamp }] = await Promise.all([
    read(client, { ...desk, functionName: "nonces", args: [requester] }, signal),
    attempt(() => getBlock(client), signal),
  ]);
  const message = { requester, nonce, deadline: timestamp + BigInt(validSeconds), request };
  const signature = await attempt(
    () =>
      signTypedData(client, {
        account,
        domain: signedRequestDomain(deployment),
        types: SIGNED_REQUEST_TYPES,
        primaryType: "SignedRequest",
        message,
      }),
    signal,
  );
  return { ...message, signature, permit: await permitFor(client, parameters, fromBalance) };
}

/** A wallet that is a contract cannot sign permits: it approves the market itself. */
async function permitFor(client: VerimeshClient, parameters: SignRequestParameters, fromBalance: boolean) {
  const { deployment, token = zeroAddress, fee, requester } = parameters;
  if (fromBalance || token === zeroAddress || requester !== undefined) return NO_PERMIT;
  const permit = await approveSpending(client, { ...parameters, token, spender: deployment.jobMarket, amount: fee });
  return permit === undefined ? NO_PERMIT : { value: fee, ...permit };
}
