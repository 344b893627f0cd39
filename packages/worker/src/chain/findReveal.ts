import { VerimeshError } from "@verimesh/core";
import { type Deployment, quorumPolicyAbi } from "@verimesh/sdk";
import type { Hex, PublicClient } from "viem";
import { panelContractOf } from "./calls.ts";
import { hashWords } from "./MarketClient.ts";

/** Blocks asked for at once: nodes limit it. */
const CHUNK_BLOCKS = 2_000n;

/** The words behind the hash of an answer that a member of the job's panel revealed; the latest blocks first. */
export async function findReveal(
  client: PublicClient,
  deployment: Deployment,
  { jobId, policy }: { readonly jobId: bigint; readonly policy: number },
  answerHash: Hex,
): Promise<readonly bigint[]> {
  const oldest = BigInt(deployment.deployedAtBlock);
  const query = { address: panelContractOf(deployment, policy), abi: quorumPolicyAbi, args: { jobId } } as const;
  for (let to = await client.getBlockNumber({ cacheTime: 0 }); to >= oldest; to -= CHUNK_BLOCKS) {
    const fromBlock = to - CHUNK_BLOCKS + 1n > oldest ? to - CHUNK_BLOCKS + 1n : oldest;
    const range = { eventName: "AnswerRevealed", strict: true, fromBlock, toBlock: to } as const;
    for (const { args } of await client.getContractEvents({ ...query, ...range })) {
      if (hashWords(args.outputWords) === answerHash) return args.outputWords;
    }
  }
  throw new VerimeshError(`The chain's node does not show the reveals of job ${jobId}.`, {
    code: "EVENT_MISSING",
    details: "It is asked again. A node that keeps no logs of this age cannot serve a worker.",
  });
}
