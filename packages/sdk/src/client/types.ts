import type { Account, Address, Chain, Client, Hash, TransactionReceipt, Transport } from "viem";
import type { Deployment } from "@verimesh/abi";

/** Any viem client; writing needs an account, its own or the action's `account`. */
export type VerimeshClient = Client<Transport, Chain | undefined, Account | undefined>;

export interface ReadOptions {
  readonly deployment: Deployment;
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends ReadOptions {
  /** Who sends; the client's account by default. */
  readonly account?: Account | Address | undefined;
  /** Blocks that must hold the transaction, itself included, before the action returns. Default 1. */
  readonly confirmations?: number | undefined;
  /** Gives up waiting for the receipt. Default 180 s. The transaction may still be mined. */
  readonly timeoutMs?: number | undefined;
  /** Told as soon as a transaction is sent, before it is mined. */
  readonly onTransaction?: ((hash: Hash) => void) | undefined;
}

/** What every write returns, beside its own results. */
export interface WriteResult {
  readonly transactionHash: Hash;
  readonly receipt: TransactionReceipt;
}
