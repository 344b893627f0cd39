import type { Deployment } from "@verimesh/abi";
import { type Address, encodeAbiParameters, encodePacked, type Hex, keccak256 } from "viem";

export interface AnswerCommitmentParameters {
  readonly deployment: Deployment;
  /** The policy of the job: its contract is part of the commitment. */
  readonly policy: "quorum" | "optimistic";
  readonly jobId: bigint;
  readonly round: number;
  readonly provider: Address;
  readonly outputWords: readonly bigint[];
  /** 32 random bytes, kept until the reveal: without them the answer cannot be revealed, and the bond is lost. */
  readonly salt: Hex;
}

const COMMITTED = [
  { type: "uint256" },
  { type: "address" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "address" },
  { type: "uint256[]" },
  { type: "bytes32" },
] as const;

/**
 * What a member of a panel commits to: keccak256(abi.encode(chainId, contract, jobId, round, provider, outputWords,
 * salt)), so that a copied commitment is worthless.
 * @example
 * const commitment = answerCommitment({ deployment, policy: "quorum", jobId, round: 1, provider, outputWords, salt });
 */
export function answerCommitment(parameters: AnswerCommitmentParameters): Hex {
  const { deployment, policy, jobId, round, provider, outputWords, salt } = parameters;
  const contract = policy === "quorum" ? deployment.quorumPolicy : deployment.optimisticPolicy;
  const chainId = BigInt(deployment.chainId);
  return keccak256(
    encodeAbiParameters(COMMITTED, [chainId, contract, jobId, BigInt(round), provider, outputWords, salt]),
  );
}

/** keccak256 of the packed words: how the contracts keep an answer. */
export function answerHash(outputWords: readonly bigint[]): Hex {
  return keccak256(encodePacked(["uint256[]"], [outputWords]));
}
