import { VerimeshError } from "@verimesh/core";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import type { ChainJob } from "../chain/ChainJob.ts";
import { hashInputWords } from "../chain/MarketClient.ts";
import type { JobRecord } from "./JobRecord.ts";

/** What a provider asks for its work. */
export interface Terms {
  /** Least that a job must bring, in wei of the native coin: its fee less royalty and protocol fee. */
  readonly minimumFee: bigint;
  /** The same per model id, instead of `minimumFee`. */
  readonly minimumFeeOf: Readonly<Record<string, bigint>>;
  /** ERC-20 tokens that are accepted, each with the least in its smallest unit. */
  readonly tokens: Readonly<Record<Address, bigint>>;
  /** Models that are served; all if undefined. */
  readonly models?: readonly bigint[] | undefined;
  /** Least time to prove that a job must give. */
  readonly minimumProveSeconds: number;
  /** Most gas of a callback, which the provider pays for. */
  readonly maximumCallbackGas: number;
}

/** Jobs must leave this many times what the last proof of the version took. */
const TIME_MARGIN = 3;

/**
 * Whether a job's terms, known without fetching anything, suit this provider; throws a VerimeshError that says why not:
 * REQUEST_CHANGED, MODEL_NOT_SERVED, TOKEN_NOT_ACCEPTED, FEE_TOO_LOW, TIME_TOO_SHORT, CALLBACK_TOO_DEAR.
 */
export function checkTerms(record: JobRecord, job: ChainJob, terms: Terms): void {
  const same = job.modelId === record.modelId && job.version === record.version;
  if (!same || job.inputHash !== hashInputWords(record.inputWords)) {
    decline("REQUEST_CHANGED", "The chain holds another request under this id than the event told.");
  }
  if (terms.models && !terms.models.includes(job.modelId)) {
    decline("MODEL_NOT_SERVED", `Model ${job.modelId} is not among those this worker serves.`);
  }
  const minimum = isAddressEqual(job.token, zeroAddress)
    ? (terms.minimumFeeOf[job.modelId.toString()] ?? terms.minimumFee)
    : Object.entries(terms.tokens).find(([token]) => isAddressEqual(token as Address, job.token))?.[1];
  if (minimum === undefined) decline("TOKEN_NOT_ACCEPTED", `This worker is not paid in ${job.token}.`);
  const pay = payOf(job);
  if (pay < minimum) {
    decline("FEE_TOO_LOW", `Of the fee of ${job.fee}, ${pay} is the provider's; this worker asks for ${minimum}.`);
  }
  if (job.proveSeconds < BigInt(terms.minimumProveSeconds)) {
    decline("TIME_TOO_SHORT", `${job.proveSeconds} s to prove; this worker asks for ${terms.minimumProveSeconds} s.`);
  }
  if (job.callbackGasLimit > terms.maximumCallbackGas) {
    const { callbackGasLimit } = job;
    decline("CALLBACK_TOO_DEAR", `Its callback may use ${callbackGasLimit} gas; at most ${terms.maximumCallbackGas}.`);
  }
}

/** As the contract splits a fee. An author who requests from its own model gets the royalty back: it is no pay. */
function payOf({ fee, royaltyBps, protocolFeeBps }: ChainJob): bigint {
  return fee - (fee * BigInt(royaltyBps)) / 10_000n - (fee * BigInt(protocolFeeBps)) / 10_000n;
}

/** Whether there is time enough, given how long this machine took for the version before. */
export function checkTime(job: ChainJob, secondsBefore: number | undefined): void {
  const needed = Math.ceil((secondsBefore ?? 0) * TIME_MARGIN);
  if (job.proveSeconds >= BigInt(needed)) return;
  decline("TIME_TOO_SHORT", `${job.proveSeconds} s to prove; this machine needs up to ${needed} s.`);
}

/** Errors that time does not heal: the job is left to others for good. */
const LASTING: ReadonlySet<string> = new Set([
  "REQUEST_CHANGED",
  "MODEL_NOT_SERVED",
  "TOKEN_NOT_ACCEPTED",
  "FEE_TOO_LOW",
  "TIME_TOO_SHORT",
  "CALLBACK_TOO_DEAR",
  "SETUP_INSECURE",
  "VERIFIER_MISMATCH",
  "MANIFEST_INVALID",
  "MANIFEST_MISMATCH",
  "WEIGHTS_INVALID",
  "MODEL_INVALID",
  "MODEL_TOO_LARGE",
  "ACCUMULATOR_TOO_LARGE",
  "OUTPUT_TOO_LARGE",
  "CID_INVALID",
  "CONTENT_INVALID",
  "INPUT_INVALID",
  "CONTENT_TOO_LARGE",
  "CID_UNSUPPORTED",
  "PROOF_NOT_VALID",
  "WITNESS_UNSATISFIED",
  "PROVING_KEY_INVALID",
  "WITNESS_CALCULATOR_INVALID",
  "CIRCUIT_INPUT_INVALID",
  "MODEL_UNPROVABLE",
]);

export function isLasting(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && LASTING.has(error.code);
}

function decline(code: string, message: string): never {
  throw new VerimeshError(message, { code });
}
