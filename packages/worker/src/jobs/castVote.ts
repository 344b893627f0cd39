import { answerCommitment, type Deployment } from "@verimesh/sdk";
import { keccak256, type LocalAccount } from "viem";
import { panelContractOf } from "../chain/calls.ts";
import { POLICY } from "../chain/ChainJob.ts";
import type { JobRecord, Vote } from "./JobRecord.ts";

/**
 * A vote on a panel. The salt is a hash of the account's signature of this very vote: nobody else can compute it, and the
 * worker can again, even if its journal is lost between commit and reveal (with accounts that sign deterministically, as
 * keys in this process do).
 */
export async function castVote(
  deployment: Deployment,
  account: LocalAccount,
  { jobId, policy, requestHash }: JobRecord,
  round: number,
  outputWords: readonly bigint[],
): Promise<Vote> {
  const { chainId } = deployment;
  const signature = await account.signTypedData({
    domain: { name: "Verimesh worker", version: "1", chainId, verifyingContract: panelContractOf(deployment, policy) },
    primaryType: "VoteSalt",
    types: {
      VoteSalt: [
        { name: "jobId", type: "uint256" },
        { name: "round", type: "uint256" },
        { name: "requestHash", type: "bytes32" },
      ],
    },
    message: { jobId, round: BigInt(round), requestHash },
  });
  const salt = keccak256(signature);
  const commitment = answerCommitment({
    ...{ deployment, jobId, round, outputWords, salt },
    policy: policy === POLICY.optimistic ? "optimistic" : "quorum",
    provider: account.address,
  });
  return { round, salt, commitment, outputWords };
}
