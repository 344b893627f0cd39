import type { SolidityProof } from "@verimesh/core";
import {
  jobMarketAbi,
  optimisticPolicyAbi,
  providerSelectionAbi,
  providerStakingAbi,
  quorumPolicyAbi,
  verimeshTokenAbi,
  type Deployment,
} from "@verimesh/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { POLICY } from "./ChainJob.ts";
import type { Call } from "./TransactionSender.ts";

type Words = readonly bigint[];

/** A proven answer, as `submitProof` and `settleBatch` take it. */
export interface Delivery {
  readonly jobId: bigint;
  readonly inputWords: Words;
  readonly outputWords: Words;
  readonly proof: SolidityProof;
}

/** Everything that a worker sends, encoded: it signs and journals a transaction before anybody sees it. */
export function callsOf(deployment: Deployment) {
  const { jobMarket, optimisticPolicy, providerSelection, providerStaking } = deployment;
  type MarketArgs = Omit<Parameters<typeof encodeFunctionData<typeof jobMarketAbi>>[0], "abi">;
  const market = (call: MarketArgs): Call => ({
    to: jobMarket,
    data: encodeFunctionData({ abi: jobMarketAbi, ...call }),
  });
  type OptimisticArgs = Omit<Parameters<typeof encodeFunctionData<typeof optimisticPolicyAbi>>[0], "abi">;
  const optimistic = (call: OptimisticArgs): Call => ({
    to: optimisticPolicy,
    data: encodeFunctionData({ abi: optimisticPolicyAbi, ...call }),
  });
  type VoteArgs = Omit<Parameters<typeof encodeFunctionData<typeof quorumPolicyAbi>>[0], "abi">;
  const votes = (policy: number, call: VoteArgs): Call => ({
    to: panelContractOf(deployment, policy),
    data: encodeFunctionData({ abi: quorumPolicyAbi, ...call }),
  });
  type SelectionArgs = Omit<Parameters<typeof encodeFunctionData<typeof providerSelectionAbi>>[0], "abi">;
  const selection = (call: SelectionArgs): Call => ({
    to: providerSelection,
    data: encodeFunctionData({ abi: providerSelectionAbi, ...call }),
  });

  return {
    assign: (jobId: bigint, header: Hex) => market({ functionName: "assignJob", args: [jobId, header] }),
    decline: (jobId: bigint, reason: number) => market({ functionName: "declineJob", args: [jobId, reason] }),
    expire: (jobId: bigint) => market({ functionName: "expireAssignment", args: [jobId] }),
    refund: (jobId: bigint) => market({ functionName: "refundJob", args: [jobId] }),
    settle: (deliveries: readonly Delivery[]): Call => {
      const [only] = deliveries;
      if (deliveries.length !== 1 || !only) {
        return market({ functionName: "settleBatch", args: [deliveries] });
      }
      const args = [only.jobId, only.inputWords, only.outputWords, only.proof] as const;
      return market({ functionName: "submitProof", args });
    },

    answer: (jobId: bigint, words: Words) => optimistic({ functionName: "submitAnswer", args: [jobId, words] }),
    finalize: (jobId: bigint, words: Words) => optimistic({ functionName: "finalizeAnswer", args: [jobId, words] }),
    challenge: (jobId: bigint) => optimistic({ functionName: "challengeAnswer", args: [jobId] }),
    expireDefence: (jobId: bigint) => optimistic({ functionName: "expireDefence", args: [jobId] }),
    defend: ({ jobId, inputWords, outputWords, proof }: Delivery) =>
      optimistic({ functionName: "defendAnswer", args: [jobId, inputWords, outputWords, proof] }),
    approveChallenge: (amount: bigint): Call => ({
      to: deployment.token,
      data: encodeFunctionData({ abi: verimeshTokenAbi, functionName: "approve", args: [optimisticPolicy, amount] }),
    }),

    drawPanel: (policy: number, jobId: bigint, header: Hex) =>
      votes(policy, { functionName: "drawPanel", args: [jobId, header] }),
    commit: (policy: number, jobId: bigint, commitment: Hex) =>
      votes(policy, { functionName: "commitAnswer", args: [jobId, commitment] }),
    reveal: (policy: number, jobId: bigint, words: Words, salt: Hex) =>
      votes(policy, { functionName: "revealAnswer", args: [jobId, words, salt] }),
    closePanel: (policy: number, jobId: bigint, words: Words) =>
      votes(policy, { functionName: "closePanel", args: [jobId, words] }),
    expireDraw: (policy: number, jobId: bigint) => votes(policy, { functionName: "expirePanelDraw", args: [jobId] }),

    list: (modelId: bigint, version: bigint, acceptsOffChain: boolean) =>
      selection({ functionName: "listModel", args: [modelId, version, acceptsOffChain] }),
    unlist: (modelId: bigint, version: bigint) => selection({ functionName: "unlistModel", args: [modelId, version] }),
    setMinAnswerSeconds: (modelId: bigint, version: bigint, seconds: bigint) =>
      selection({ functionName: "setMinAnswerSeconds", args: [modelId, version, seconds] }),
    setAsk: (modelId: bigint, version: bigint, token: Address, accepted: boolean, ask: bigint) =>
      selection({ functionName: "setAsk", args: [modelId, version, token, accepted, ask] }),
    setCapacity: (capacity: bigint): Call => ({
      to: providerStaking,
      data: encodeFunctionData({ abi: providerStakingAbi, functionName: "setCapacity", args: [capacity] }),
    }),
  };
}

export type Calls = ReturnType<typeof callsOf>;

/** Where the panel of a job votes: under the quorum policy, or as the jury of a challenged answer. */
export function panelContractOf(deployment: Deployment, policy: number): Address {
  return policy === POLICY.optimistic ? deployment.optimisticPolicy : deployment.quorumPolicy;
}
