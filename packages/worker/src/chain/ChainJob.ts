import { encodeAbiParameters, type Address, type Hex, keccak256, zeroAddress, zeroHash } from "viem";

/** The contracts' enums, in their order. */
export const STATUS = { none: 0, requested: 1, assigned: 2, answered: 3, settled: 4, refunded: 5 } as const;
export const POLICY = { proof: 0, quorum: 1, optimistic: 2 } as const;
export const PANEL = { none: 0, drawing: 1, voting: 2, closed: 3 } as const;
export const CLAIM = { none: 0, claimed: 1, defending: 2, judging: 3, resolved: 4 } as const;
/** Why a job ended, as far as a worker asks. */
export const END_REASON = { challengeLost: 8 } as const;
/** The reasons that a provider may decline with. */
export const DECLINE_REASON = { contentUnavailable: 4, invalidProof: 5, providerDeclined: 6 } as const;

/** What the market says about a job, as far as a worker asks. Times are unix seconds. */
export interface ChainJob {
  readonly status: number;
  readonly policy: number;
  readonly reason: number;
  /** Assignments that failed so far. */
  readonly attempts: number;
  readonly requester: Address;
  readonly provider: Address;
  readonly token: Address;
  readonly fee: bigint;
  readonly modelId: number;
  readonly version: number;
  readonly inputHash: Hex;
  readonly inputOffChain: boolean;
  readonly panelSize: number;
  readonly quorum: number;
  /** Ends the phase that the status names. */
  readonly deadline: number;
  readonly drawBlock: number;
  readonly answerSeconds: number;
  readonly openSeconds: number;
  readonly windowSeconds: number;
  readonly callbackGasLimit: number;
}

/** What a job that the market does not know looks like. */
export const UNKNOWN_JOB: ChainJob = {
  status: STATUS.none,
  policy: POLICY.proof,
  reason: 0,
  attempts: 0,
  requester: zeroAddress,
  provider: zeroAddress,
  token: zeroAddress,
  fee: 0n,
  modelId: 0,
  version: 0,
  inputHash: zeroHash,
  inputOffChain: false,
  panelSize: 0,
  quorum: 0,
  deadline: 0,
  drawBlock: 0,
  answerSeconds: 0,
  openSeconds: 0,
  windowSeconds: 0,
  callbackGasLimit: 0,
};

/** What makes a request the one that it is. */
export interface RequestTerms {
  readonly modelId: bigint | number;
  readonly version: bigint | number;
  readonly policy: number;
  readonly requester: Address;
  readonly token: Address;
  readonly fee: bigint;
  readonly inputHash: Hex;
}

const TERMS = ["uint256", "uint256", "uint8", "address", "address", "uint256", "bytes32"].map((type) => ({ type }));

/** Tells a request from another that a reorganisation puts under the same id. */
export function requestHashOf(terms: RequestTerms): Hex {
  const { modelId, version, policy, requester, token, fee, inputHash } = terms;
  return keccak256(
    encodeAbiParameters(TERMS, [BigInt(modelId), BigInt(version), policy, requester, token, fee, inputHash]),
  );
}

/** A panel as a worker sees it, with its own seat. */
export interface PanelView {
  readonly status: number;
  readonly round: number;
  readonly size: number;
  readonly committed: number;
  readonly revealed: number;
  readonly drawBlock: number;
  readonly drawBefore: number;
  readonly commitBefore: number;
  readonly revealBefore: number;
  /** Whether this worker has a seat in the latest round. */
  readonly seated: boolean;
  /** Its commitment and the hash of the words that it revealed; undefined while there is none. */
  readonly commitment: Hex | undefined;
  readonly answerHash: Hex | undefined;
  /** The answer that has a quorum of reveals so far. */
  readonly winner: Hex | undefined;
}

/** An answer that can be challenged. */
export interface ClaimView {
  readonly status: number;
  readonly deadline: number;
  readonly provider: Address;
  readonly challenger: Address;
  readonly answerHash: Hex;
}
