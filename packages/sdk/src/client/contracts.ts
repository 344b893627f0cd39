import {
  type Deployment,
  jobMarketAbi,
  jobQuoterAbi,
  modelRegistryAbi,
  optimisticPolicyAbi,
  providerSelectionAbi,
  providerStakingAbi,
  quorumPolicyAbi,
  requestDeskAbi,
} from "@verimesh/abi";

/** The contracts of a deployment, each as viem's calls take it: address and ABI. */
export const marketOf = ({ jobMarket }: Deployment) => ({ address: jobMarket, abi: jobMarketAbi }) as const;
export const modelsOf = ({ modelRegistry }: Deployment) => ({ address: modelRegistry, abi: modelRegistryAbi }) as const;
export const stakingOf = ({ providerStaking }: Deployment) =>
  ({ address: providerStaking, abi: providerStakingAbi }) as const;
export const selectionOf = ({ providerSelection }: Deployment) =>
  ({ address: providerSelection, abi: providerSelectionAbi }) as const;
export const deskOf = ({ requestDesk }: Deployment) => ({ address: requestDesk, abi: requestDeskAbi }) as const;
export const quoterOf = ({ jobQuoter }: Deployment) => ({ address: jobQuoter, abi: jobQuoterAbi }) as const;
export const optimisticOf = ({ optimisticPolicy }: Deployment) =>
  ({ address: optimisticPolicy, abi: optimisticPolicyAbi }) as const;
/** Where panels vote: the quorum policy itself, or the optimistic policy's jury. Both share this part of their ABI. */
export const votesOf = (deployment: Deployment, policy: "quorum" | "optimistic") =>
  ({
    address: policy === "quorum" ? deployment.quorumPolicy : deployment.optimisticPolicy,
    abi: quorumPolicyAbi,
  }) as const;
