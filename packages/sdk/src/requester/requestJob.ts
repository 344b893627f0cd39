import { jobMarketAbi, modelRegistryAbi } from "@verimesh/abi";
import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { type Address, type Hex, parseEventLogs, zeroAddress } from "viem";
import { cidToHex } from "../cid.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import type { ContentSink } from "../content.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";
import type { PreparedInput } from "./prepareInput.ts";

export interface RequestJobParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** Of `prepareInput` with this version's manifest. */
  readonly input: PreparedInput;
  /** In the smallest unit of the token; all of it goes into escrow. */
  readonly fee: bigint;
  /** The ERC-20 that pays; ETH by default. */
  readonly token?: Address | undefined;
  /** Default `permit`. */
  readonly tokenApproval?: TokenApproval | undefined;
  /** How long providers may claim the job. Default 600. */
  readonly claimSeconds?: number | undefined;
  /** How long a provider has from its claim to its answer. Default 600. */
  readonly proveSeconds?: number | undefined;
  /** A contract whose `onResult` is called, and its gas. */
  readonly callback?: { readonly address: Address; readonly gasLimit: number } | undefined;
  /** Where the input is published. Needed where its words only commit to it (`inputBinding: "poseidon"`). */
  readonly store?: ContentSink | undefined;
}

export interface RequestJobReturnType extends WriteResult {
  readonly jobId: bigint;
  /** Where the input was published. */
  readonly inputCid: CID | undefined;
}

/**
 * Asks a model a question and puts the fee into escrow. In this order: the version takes jobs, the account can pay, the
 * input is published and can be read back, the request would succeed; only then is it sent.
 * @throws VerimeshError by the contract error's name (`VersionIsDeprecated`, `DurationInvalid`, …), or
 * `FUNDS_INSUFFICIENT`, `STORE_MISSING`, `INPUT_NOT_RETRIEVABLE`, `ALLOWANCE_INSUFFICIENT`, `PERMIT_UNSUPPORTED`, and
 * those of every write
 * @example
 * const manifest = await getManifest(client, { deployment, modelId: 1n, version: 1n, store });
 * const { jobId } = await requestJob(client, {
 *   deployment, modelId: 1n, version: 1n, fee: parseEther("0.01"), store,
 *   input: prepareInput(manifest, pixels),
 * });
 */
export async function requestJob(
  client: VerimeshClient,
  parameters: RequestJobParameters,
): Promise<RequestJobReturnType> {
  const { deployment, modelId, version, input, fee, token = zeroAddress, store, signal } = parameters;
  const payer = addressOf(requireAccount(client, parameters.account));
  const registry = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  await read(client, { ...registry, functionName: "jobTerms", args: [modelId, version] }, signal);
  await requireBalance(client, payer, token, fee, signal);
  const inputCid = input.inputBinding === "poseidon" ? await publishInput(input, store, signal) : undefined;
  const request = {
    modelId,
    version,
    policy: 0,
    token,
    fee,
    claimSeconds: parameters.claimSeconds ?? 600,
    proveSeconds: parameters.proveSeconds ?? 600,
    callback: parameters.callback?.address ?? zeroAddress,
    callbackGasLimit: parameters.callback?.gasLimit ?? 0,
    inputWords: [...input.inputWords],
    inputCid: inputCid === undefined ? ("0x" as Hex) : cidToHex(inputCid),
  };
  const sent = await send(client, parameters, token, request);
  const events = parseEventLogs({ abi: jobMarketAbi, eventName: "JobRequested", logs: sent.receipt.logs });
  const requested = events.find(({ address }) => address.toLowerCase() === deployment.jobMarket.toLowerCase());
  if (requested === undefined) {
    throw new VerimeshError(`The transaction ${sent.transactionHash} left no JobRequested event.`, {
      code: "CONTRACT_MISSING",
      details: "The contract at this address is not a JobMarket: check the deployment.",
    });
  }
  return { jobId: requested.args.jobId, inputCid, transactionHash: sent.transactionHash, receipt: sent.receipt };
}

async function send(
  client: VerimeshClient,
  parameters: RequestJobParameters,
  token: Address,
  request: Parameters<typeof requestCall>[1],
): Promise<WriteResult> {
  const { deployment, fee } = parameters;
  const market = deployment.jobMarket;
  if (token === zeroAddress) return write(client, { ...requestCall(market, request), value: fee }, parameters);
  const permit = await approveSpending(client, { ...parameters, token, spender: market, amount: fee });
  if (permit === undefined) return write(client, requestCall(market, request), parameters);
  const args = [request, permit.deadline, permit.v, permit.r, permit.s] as const;
  const call = { address: market, abi: jobMarketAbi, functionName: "requestJobWithPermit", args } as const;
  return write(client, call, parameters);
}

interface JobRequestStruct {
  readonly modelId: bigint;
  readonly version: bigint;
  readonly policy: number;
  readonly token: Address;
  readonly fee: bigint;
  readonly claimSeconds: number;
  readonly proveSeconds: number;
  readonly callback: Address;
  readonly callbackGasLimit: number;
  readonly inputWords: readonly bigint[];
  readonly inputCid: Hex;
}

function requestCall(market: Address, request: JobRequestStruct) {
  return { address: market, abi: jobMarketAbi, functionName: "requestJob", args: [request] } as const;
}

/** Money must not be put up for an input that no provider can fetch. */
async function publishInput(
  { bytes }: PreparedInput,
  store: ContentSink | undefined,
  signal: AbortSignal | undefined,
): Promise<CID> {
  if (store === undefined) {
    throw new VerimeshError("The input must be published, and there is no store.", {
      code: "STORE_MISSING",
      details: "This model's input words only commit to the input: pass `store`, such as a writable gateway's.",
    });
  }
  const cid = await store.put(bytes, { signal });
  const published = await store.get(cid, { signal, maxBytes: bytes.length }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw notRetrievable(cid, cause);
  });
  if (published.length !== bytes.length || published.some((byte, i) => byte !== bytes[i])) throw notRetrievable(cid);
  return cid;
}

function notRetrievable(cid: CID, cause?: unknown): VerimeshError {
  return new VerimeshError(`The input was published as ${cid.toString()} but cannot be read back.`, {
    code: "INPUT_NOT_RETRIEVABLE",
    details: "No provider could fetch it, so no fee was put up. Check the store or its gateway.",
    cause,
  });
}
