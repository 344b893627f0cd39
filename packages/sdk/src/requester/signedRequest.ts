import type { Deployment } from "@verimesh/abi";
import type { Address, Hex } from "viem";
import type { JobRequestStruct } from "./jobTerms.ts";

/** A request that its requester signed, for anyone to submit: as it is, or not at all. */
export interface SignedJobRequest {
  readonly requester: Address;
  readonly nonce: bigint;
  /** Until when the signature holds, in seconds since the epoch. */
  readonly deadline: bigint;
  readonly request: JobRequestStruct;
  readonly signature: Hex;
  /** Allows the market to take the fee; all zero where the allowance suffices or the balance pays. */
  readonly permit: RequestPermit;
}

/** An ERC-2612 permit of the requester for the market. */
export interface RequestPermit {
  readonly value: bigint;
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
}

/** What the desk's contract hashes: EIP-712 (https://eips.ethereum.org/EIPS/eip-712). */
export const SIGNED_REQUEST_TYPES = {
  SignedRequest: [
    { name: "requester", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "request", type: "JobRequest" },
  ],
  JobRequest: [
    { name: "modelId", type: "uint256" },
    { name: "version", type: "uint256" },
    { name: "policy", type: "uint8" },
    { name: "panelSize", type: "uint8" },
    { name: "quorum", type: "uint8" },
    { name: "token", type: "address" },
    { name: "fee", type: "uint256" },
    { name: "fromBalance", type: "bool" },
    { name: "drawSeconds", type: "uint32" },
    { name: "answerSeconds", type: "uint32" },
    { name: "openSeconds", type: "uint32" },
    { name: "windowSeconds", type: "uint32" },
    { name: "callback", type: "address" },
    { name: "callbackGasLimit", type: "uint32" },
    { name: "inputWords", type: "uint256[]" },
    { name: "inputCid", type: "bytes" },
  ],
} as const;

/** The desk's signing domain: a signature holds on this chain and for this desk alone. */
export function signedRequestDomain({ chainId, requestDesk }: Deployment) {
  return { name: "Verimesh Request Desk", version: "1", chainId, verifyingContract: requestDesk } as const;
}
