/** What a lender's pages and officers call: signing an applicant's data, applying, reading the decision. */
import {
  type Account,
  type Address,
  type Chain,
  type Client,
  encodePacked,
  type Hex,
  keccak256,
  parseEventLogs,
  type Transport,
} from "viem";
import { readContract, signTypedData, simulateContract, waitForTransactionReceipt, writeContract } from "viem/actions";
import { creditDeskAbi } from "./generated/creditDesk.ts";
import { toDeskError } from "./refusals.ts";

type WalletOf = Client<Transport, Chain, Account>;

/** An applicant's data, vouched for by the desk's data officer. */
export interface SignedCreditData {
  readonly applicant: Address;
  readonly inputWords: readonly bigint[];
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly signature: Hex;
}

/** Signs, as the data officer, what an applicant's papers say. Good for one application, until the deadline. */
export async function signCreditData(
  officer: WalletOf,
  data: {
    readonly desk: Address;
    readonly applicant: Address;
    readonly inputWords: readonly bigint[];
    readonly deadline: bigint;
  },
): Promise<SignedCreditData> {
  const { desk, applicant, inputWords, deadline } = data;
  const nonce = await readContract(officer, {
    address: desk,
    abi: creditDeskAbi,
    functionName: "nonces",
    args: [applicant],
  });
  const signature = await signTypedData(officer, {
    domain: { name: "CreditDesk", version: "1", chainId: officer.chain.id, verifyingContract: desk },
    types: {
      CreditData: [
        { name: "applicant", type: "address" },
        { name: "inputHash", type: "bytes32" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "CreditData",
    message: { applicant, inputHash: hashWords(inputWords), nonce, deadline },
  });
  return { applicant, inputWords, deadline, signature };
}

export interface Application {
  readonly jobId: bigint;
  readonly gasUsed: bigint;
}

/**
 * Applies for a credit line, as the applicant. `fee` is the most that the model's answer may cost, in wei: what the
 * provider does not ask for is the applicant's, and `reclaimFee` gives it back.
 *
 * @throws VerimeshError with the contract error's name: `CreditDataNotSigned`, `CreditDataExpired`, …
 */
export async function applyForCredit(
  applicant: WalletOf,
  application: { readonly desk: Address; readonly data: SignedCreditData; readonly fee: bigint },
): Promise<Application> {
  const { desk, data, fee } = application;
  try {
    const { request } = await simulateContract(applicant, {
      address: desk,
      abi: creditDeskAbi,
      functionName: "applyForCredit",
      args: [data.inputWords, data.deadline, data.signature],
      value: fee,
      account: applicant.account,
    });
    const hash = await writeContract(applicant, request);
    const receipt = await waitForTransactionReceipt(applicant, { hash });
    const [requested] = parseEventLogs({ abi: creditDeskAbi, eventName: "CreditRequested", logs: receipt.logs });
    if (receipt.status !== "success" || !requested) throw new Error(`The application ${hash} was reverted.`);
    return { jobId: requested.args.jobId, gasUsed: receipt.gasUsed };
  } catch (error) {
    throw toDeskError(error);
  }
}

/** `unanswered`: nobody answered, and the fee was given back. */
const STATUSES = ["none", "pending", "granted", "refused", "unanswered"] as const;

export interface Decision {
  readonly status: (typeof STATUSES)[number];
  /** In the integer model's units. */
  readonly score: bigint;
  /** Wei that the applicant may draw. */
  readonly limit: bigint;
  /** Whether the applicant has back what the answer did not cost. */
  readonly reclaimed: boolean;
}

/** How the desk decided on a job. */
export async function readDecision(client: WalletOf, desk: Address, jobId: bigint): Promise<Decision> {
  const contract = { address: desk, abi: creditDeskAbi } as const;
  const application = await readContract(client, { ...contract, functionName: "applicationOf", args: [jobId] });
  const line = await readContract(client, { ...contract, functionName: "lineOf", args: [application.applicant] });
  return {
    status: STATUSES[application.status] ?? "none",
    score: application.score,
    limit: line.limit,
    reclaimed: application.reclaimed,
  };
}

/**
 * Gives the applicant of a job that has ended what it did not cost: the whole fee if nobody answered. Anyone may call it.
 *
 * @returns the amount, in wei
 * @throws VerimeshError with the contract error's name: `JobNotEnded`, `NothingToReclaim`, `ApplicationUnknown`
 */
export async function reclaimFee(caller: WalletOf, desk: Address, jobId: bigint): Promise<bigint> {
  try {
    const { request } = await simulateContract(caller, {
      address: desk,
      abi: creditDeskAbi,
      functionName: "reclaim",
      args: [jobId],
      account: caller.account,
    });
    const hash = await writeContract(caller, request);
    const receipt = await waitForTransactionReceipt(caller, { hash });
    const [reclaimed] = parseEventLogs({ abi: creditDeskAbi, eventName: "FeeReclaimed", logs: receipt.logs });
    if (receipt.status !== "success" || !reclaimed) throw new Error(`The reclaim ${hash} was reverted.`);
    return reclaimed.args.amount;
  } catch (error) {
    throw toDeskError(error);
  }
}

function hashWords(words: readonly bigint[]): Hex {
  return keccak256(
    encodePacked(
      words.map(() => "uint256" as const),
      [...words],
    ),
  );
}
