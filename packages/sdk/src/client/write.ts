import { VerimeshError } from "@verimesh/core";
import type {
  Abi,
  Account,
  Address,
  ContractFunctionArgs,
  ContractFunctionName,
  ContractFunctionReturnType,
} from "viem";
import {
  estimateContractGas,
  getChainId,
  simulateContract,
  waitForTransactionReceipt,
  writeContract,
} from "viem/actions";
import { attempt } from "./read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "./types.ts";

export interface ContractCall<
  abi extends Abi,
  name extends ContractFunctionName<abi, "nonpayable" | "payable">,
  args extends ContractFunctionArgs<abi, "nonpayable" | "payable", name>,
> {
  readonly address: Address;
  readonly abi: abi;
  readonly functionName: name;
  readonly args: args;
  readonly value?: bigint | undefined;
}

/**
 * Simulates, sends and waits: a call that would revert costs nothing and says why.
 * @throws VerimeshError by the contract error's name, or `ACCOUNT_MISSING`, `CHAIN_MISMATCH`, `FUNDS_INSUFFICIENT`,
 * `TRANSACTION_REJECTED`, `TRANSACTION_REVERTED`, `RPC_UNREACHABLE`
 */
export async function write<
  const abi extends Abi,
  name extends ContractFunctionName<abi, "nonpayable" | "payable">,
  const args extends ContractFunctionArgs<abi, "nonpayable" | "payable", name>,
>(
  client: VerimeshClient,
  call: ContractCall<abi, name, args>,
  options: WriteOptions,
): Promise<WriteResult & { readonly result: ContractFunctionReturnType<abi, "nonpayable" | "payable", name, args> }> {
  const { signal, confirmations = 1, timeoutMs = 180_000 } = options;
  const account = requireAccount(client, options.account);
  await requireChain(client, options);
  // viem infers the parameters of a literal call; through a generic one it cannot, so its types stop here.
  const parameters = { ...call, account, chain: client.chain ?? null } as never;
  const { result, request } = await attempt(() => simulateContract(client, parameters), signal);
  const gas = withMargin(await attempt(() => estimateContractGas(client, parameters), signal));
  const hash = await attempt(() => writeContract(client, { ...(request as object), gas } as never), signal);
  options.onTransaction?.(hash);
  const receipt = await attempt(
    () => waitForTransactionReceipt(client, { hash, confirmations, timeout: timeoutMs }),
    signal,
  );
  if (receipt.status === "reverted") {
    // The state moved between simulation and inclusion; a second simulation usually names the reason.
    await attempt(() => simulateContract(client, parameters), signal);
    throw new VerimeshError(`The transaction ${receipt.transactionHash} was reverted.`, {
      code: "TRANSACTION_REVERTED",
      details: "The chain's state changed while it was on its way. Nothing but its gas was spent; try again.",
    });
  }
  return { result: result, transactionHash: receipt.transactionHash, receipt };
}

/** What others do between estimate and inclusion can make a call dearer: a list that is longer, a slot that is new. */
function withMargin(gas: bigint): bigint {
  return gas + gas / 4n;
}

/** The account that sends, or an error that says how to give one. */
export function requireAccount(client: VerimeshClient, account: Account | Address | undefined): Account | Address {
  const sender = account ?? client.account;
  if (sender !== undefined) return sender;
  throw new VerimeshError("There is no account to send from.", {
    code: "ACCOUNT_MISSING",
    details: "Give the client an account (createWalletClient({ account, … })) or pass `account` to the action.",
  });
}

export function addressOf(account: Account | Address): Address {
  return typeof account === "string" ? account : account.address;
}

/** The same address on another chain is somebody else's contract, or nobody's. */
async function requireChain(client: VerimeshClient, { deployment, signal }: WriteOptions): Promise<void> {
  const chainId = await attempt(() => getChainId(client), signal);
  if (chainId === deployment.chainId) return;
  throw new VerimeshError(`The client is on chain ${chainId}, the deployment on chain ${deployment.chainId}.`, {
    code: "CHAIN_MISMATCH",
    details: "Switch the wallet or the RPC URL to the deployment's chain, or pass the deployment of this chain.",
  });
}
