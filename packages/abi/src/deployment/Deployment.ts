import type { Address } from "viem";

/** Where one instance of the protocol lives. */
export interface Deployment {
  readonly chainId: number;
  readonly token: Address;
  readonly verifierRegistry: Address;
  readonly modelRegistry: Address;
  readonly providerStaking: Address;
  readonly providerSelection: Address;
  readonly jobMarket: Address;
  readonly quorumPolicy: Address;
  readonly optimisticPolicy: Address;
  readonly requestDesk: Address;
  readonly jobQuoter: Address;
  /** Holds every administrative role. */
  readonly timelock: Address;
  /** The block of the first contract: no event of the protocol is older. A plain number, so that it fits in JSON. */
  readonly deployedAtBlock: number;
}
