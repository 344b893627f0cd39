import { VerimeshError, writeInputFile } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { type Address, type Hex, zeroAddress } from "viem";
import { cidToHex } from "../cid.ts";
import { modelsOf, selectionOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import type { ContentSink } from "../content.ts";
import { indexOf, JOB_POLICIES, type JobPolicy } from "../job/names.ts";
import { keepSalt, type SaltStore } from "../privacy/SaltStore.ts";
import type { PreparedInput } from "./prepareInput.ts";

/** What a requester asks for. Times in seconds. */
export interface JobTerms {
  readonly modelId: bigint;
  readonly version: bigint;
  /** Of `prepareInput` with this version's manifest. */
  readonly input: PreparedInput;
  /** The most that the job may cost, in the smallest unit of the token. All of it goes into escrow; what is not spent comes back as claimable balance. `quoteJob` suggests one. */
  readonly fee: bigint;
  /** The ERC-20 that pays; ETH by default. */
  readonly token?: Address | undefined;
  /** How the answer is settled. Default `proof`. */
  readonly policy?: JobPolicy | undefined;
  /** Quorum: providers that answer, 3 (the default) to 15, each for at most fee / panelSize. Optimistic, where the version has no circuit: jurors, at most two less than its providers; by default 5, or 3 where that are too many. */
  readonly panelSize?: number | undefined;
  /** Equal answers that decide; by default the smallest majority of `panelSize`, which a jury must have. */
  readonly quorum?: number | undefined;
  /** How long providers are drawn, anew after each failed attempt. Default 600. */
  readonly drawSeconds?: number | undefined;
  /** How long a provider has to answer, a panel to commit. Default 600. */
  readonly answerSeconds?: number | undefined;
  /** How long, after the last draw, any serving provider may deliver. Default 600; none for a quorum. */
  readonly openSeconds?: number | undefined;
  /** Quorum: time to reveal. Optimistic: time to challenge. Default 600. */
  readonly windowSeconds?: number | undefined;
  /** A contract that is told the answer (`IJobCallback`), and the gas it gets. */
  readonly callback?: { readonly address: Address; readonly gasLimit: number } | undefined;
  /** Where the input is published. Needed where its words only commit to it (`inputBinding: "poseidon"`). */
  readonly store?: ContentSink | undefined;
  /** Where, of a model that hides its input, input and salt are kept before anything is published or sent. Without it keep `input` yourself: a hidden answer whose salt is lost is never opened. */
  readonly salts?: SaltStore | undefined;
}

/** A request as the contracts take it. */
export interface JobRequestStruct {
  readonly modelId: bigint;
  readonly version: bigint;
  readonly policy: number;
  readonly panelSize: number;
  readonly quorum: number;
  readonly token: Address;
  readonly fee: bigint;
  readonly fromBalance: boolean;
  readonly drawSeconds: number;
  readonly answerSeconds: number;
  readonly openSeconds: number;
  readonly windowSeconds: number;
  readonly callback: Address;
  readonly callbackGasLimit: number;
  readonly inputWords: readonly bigint[];
  readonly inputCid: Hex;
}

const DEFAULT_SECONDS = 600;
const MIN_PANEL = 3;
const DEFAULT_JURY = 5;

/**
 * Turns terms into a request: the version takes jobs, the account can pay (`checkFunds`), the defaults of the policy are
 * filled in, the salt is kept, the input is published and can be read back.
 * @throws VerimeshError `ModelUnknown`, `VersionUnknown`, `VersionIsDeprecated`, `SALT_NOT_KEPT`, `STORE_MISSING`,
 * `INPUT_NOT_RETRIEVABLE`
 */
export async function prepareRequest(
  client: VerimeshClient,
  terms: JobTerms & ReadOptions,
  { fromBalance, checkFunds }: { readonly fromBalance: boolean; readonly checkFunds?: () => Promise<void> },
): Promise<{ readonly request: JobRequestStruct; readonly inputCid: CID | undefined }> {
  const { deployment, modelId, version, policy = "proof", input, signal } = terms;
  const call = { ...modelsOf(deployment), functionName: "jobTerms", args: [modelId, version] } as const;
  const [verifier] = await read(client, call, signal);
  await checkFunds?.();
  const panelSize = terms.panelSize ?? (await defaultPanel(client, terms, verifier !== zeroAddress));
  if (terms.salts !== undefined) await keepSalt(terms.salts, input);
  const inputCid = input.inputBinding === "poseidon" ? await publishInput(input, terms.store, signal) : undefined;
  const request = {
    ...{ modelId, version, policy: indexOf(JOB_POLICIES, policy), panelSize },
    quorum: terms.quorum ?? (panelSize === 0 ? 0 : Math.floor(panelSize / 2) + 1),
    ...{ token: terms.token ?? zeroAddress, fee: terms.fee, fromBalance },
    drawSeconds: terms.drawSeconds ?? DEFAULT_SECONDS,
    answerSeconds: terms.answerSeconds ?? DEFAULT_SECONDS,
    openSeconds: terms.openSeconds ?? (policy === "quorum" ? 0 : DEFAULT_SECONDS),
    windowSeconds: terms.windowSeconds ?? (policy === "proof" ? 0 : DEFAULT_SECONDS),
    callback: terms.callback?.address ?? zeroAddress,
    callbackGasLimit: terms.callback?.gasLimit ?? 0,
    inputWords: [...input.inputWords],
    inputCid: inputCid === undefined ? ("0x" as const) : cidToHex(inputCid),
  };
  return { request, inputCid };
}

/** A jury is drawn beside provider and challenger. Where not even the smallest fits, the market says so (`JuryTooLarge`). */
async function defaultPanel(
  client: VerimeshClient,
  { deployment, modelId, version, policy = "proof", signal }: JobTerms & ReadOptions,
  provable: boolean,
): Promise<number> {
  if (policy === "proof" || (policy === "optimistic" && provable)) return 0;
  if (policy === "quorum") return MIN_PANEL;
  const call = { ...selectionOf(deployment), functionName: "providerCount", args: [modelId, version] } as const;
  const providers = await read(client, call, signal);
  return providers < DEFAULT_JURY + 2 ? MIN_PANEL : DEFAULT_JURY;
}

/** Money must not be put up for an input that no provider can fetch. */
async function publishInput(
  input: PreparedInput,
  store: ContentSink | undefined,
  signal: AbortSignal | undefined,
): Promise<CID> {
  if (store === undefined) {
    throw new VerimeshError("The input must be published, and there is no store.", {
      code: "STORE_MISSING",
      details: "This model's input words only commit to the input: pass `store`, such as a writable gateway's.",
    });
  }
  const bytes = writeInputFile(input);
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
