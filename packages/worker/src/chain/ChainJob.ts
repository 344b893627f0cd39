import { type Address, type Hex, zeroAddress, zeroHash } from "viem";

/** The contract's JobStatus, in its order. */
export const STATUS = { none: 0, requested: 1, assigned: 2, settled: 3, refunded: 4 } as const;

/** What a job that the market does not know looks like. */
export const UNKNOWN_JOB: ChainJob = {
  status: STATUS.none,
  requester: zeroAddress,
  provider: zeroAddress,
  token: zeroAddress,
  fee: 0n,
  royaltyBps: 0,
  protocolFeeBps: 0,
  attempts: 0,
  claimBefore: 0n,
  proveSeconds: 0n,
  proveBefore: 0n,
  modelId: 0n,
  version: 0n,
  inputHash: zeroHash,
  callbackGasLimit: 0,
};

/** What the market says about a job, as far as a worker asks. Times are unix seconds. */
export interface ChainJob {
  readonly status: number;
  readonly requester: Address;
  readonly provider: Address;
  readonly token: Address;
  readonly fee: bigint;
  /** What of the fee goes to the model's holder and to the protocol, in basis points. */
  readonly royaltyBps: number;
  readonly protocolFeeBps: number;
  readonly attempts: number;
  readonly claimBefore: bigint;
  readonly proveSeconds: bigint;
  readonly proveBefore: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly inputHash: Hex;
  readonly callbackGasLimit: number;
}
