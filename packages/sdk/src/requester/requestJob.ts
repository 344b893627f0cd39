import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";
import { requireClaimable } from "./getClaimable.ts";
import { type JobRequestStruct, type JobTerms, prepareRequest } from "./jobTerms.ts";

export interface RequestJobParameters extends WriteOptions, JobTerms {
  /** Pays from the account's claimable balance in the market (`deposit`) instead of its wallet. Default false. */
  readonly fromBalance?: boolean | undefined;
  /** Whose job it is, and whose refund: the account itself by default. The account pays either way. */
  readonly requester?: Address | undefined;
  /** Default `permit`; for somebody else's job in a token `approve`. */
  readonly tokenApproval?: TokenApproval | undefined;
}

export interface RequestJobReturnType extends WriteResult {
  readonly jobId: bigint;
  /** Where the input was published. */
  readonly inputCid: CID | undefined;
}

/**
 * Asks a model a question and puts the fee into escrow. In this order: the version takes jobs, the account can pay, the
 * salt of a hidden input is kept in `salts`, the input is published and can be read back, the request would succeed; only
 * then is it sent.
 * @throws VerimeshError by the contract error's name (`VersionIsDeprecated`, `VersionHasNoCircuit`, `PolicyTermsInvalid`,
 * `DurationInvalid`, `RequestsArePaused`, …), or `FUNDS_INSUFFICIENT`, `SALT_NOT_KEPT`, `STORE_MISSING`, `INPUT_NOT_RETRIEVABLE`,
 * `ALLOWANCE_INSUFFICIENT`, `PERMIT_UNSUPPORTED`, and those of every write
 * @example
 * const manifest = await getManifest(client, { deployment, modelId: 1n, version: 1n, store });
 * const { jobId } = await requestJob(client, {
 *   deployment, modelId: 1n, version: 1n, policy: "optimistic", fee: parseEther("0.01"), store,
 *   input: prepareInput(manifest, pixels),
 * });
 */
export async function requestJob(
  client: VerimeshClient,
  parameters: RequestJobParameters,
): Promise<RequestJobReturnType> {
  const { deployment, fee, token = zeroAddress, fromBalance = false, signal } = parameters;
  const payer = addressOf(requireAccount(client, parameters.account));
  const checkFunds = (): Promise<void> =>
    fromBalance
      ? requireClaimable(client, { deployment, owner: payer, token, needed: fee, signal })
      : requireBalance(client, payer, token, fee, signal);
  const { request, inputCid } = await prepareRequest(client, parameters, { fromBalance, checkFunds });
  const { transactionHash, receipt } = await send(client, parameters, request);
  const [requested] = eventsIn(receipt, marketOf(deployment), "JobRequested");
  if (requested !== undefined) return { jobId: requested.args.jobId, inputCid, transactionHash, receipt };
  throw new VerimeshError(`The transaction ${transactionHash} left no JobRequested event.`, {
    code: "CONTRACT_MISSING",
    details: "The contract at this address is not a JobMarket: check the deployment.",
  });
}

async function send(
  client: VerimeshClient,
  parameters: RequestJobParameters,
  request: JobRequestStruct,
): Promise<WriteResult> {
  const { token, fee, fromBalance } = request;
  const { requester } = parameters;
  const market = marketOf(parameters.deployment);
  if (requester !== undefined) return sendFor(client, parameters, request, requester);
  const call = { ...market, functionName: "requestJob", args: [request] } as const;
  if (fromBalance) return write(client, call, parameters);
  if (token === zeroAddress) return write(client, { ...call, value: fee }, parameters);
  const permit = await approveSpending(client, { ...parameters, token, spender: market.address, amount: fee });
  if (permit === undefined) return write(client, call, parameters);
  const args = [request, permit.deadline, permit.v, permit.r, permit.s] as const;
  return write(client, { ...market, functionName: "requestJobWithPermit", args }, parameters);
}

/** The market takes no permit for somebody else's job. */
async function sendFor(
  client: VerimeshClient,
  parameters: RequestJobParameters,
  request: JobRequestStruct,
  requester: Address,
): Promise<WriteResult> {
  const { token, fee, fromBalance } = request;
  const market = marketOf(parameters.deployment);
  const ether = token === zeroAddress;
  if (!ether && !fromBalance) {
    const tokenApproval = parameters.tokenApproval === "allowance" ? "allowance" : "approve";
    await approveSpending(client, { ...parameters, token, spender: market.address, amount: fee, tokenApproval });
  }
  const call = { ...market, functionName: "requestJobFor", args: [requester, request] } as const;
  return write(client, { ...call, ...(ether && !fromBalance && { value: fee }) }, parameters);
}
