import {
  type Abi,
  type Address,
  type ContractEventName,
  isAddressEqual,
  parseEventLogs,
  type ParseEventLogsReturnType,
  type TransactionReceipt,
} from "viem";

/**
 * The events of one contract in a transaction, in order. Tokens and callbacks log too, and may log what looks like the
 * contract's: so its address counts.
 */
export function eventsIn<const abi extends Abi, name extends ContractEventName<abi>>(
  receipt: TransactionReceipt,
  contract: { readonly address: Address; readonly abi: abi },
  eventName: name,
): ParseEventLogsReturnType<abi, name, true> {
  const logs = receipt.logs.filter(({ address }) => isAddressEqual(address, contract.address));
  return parseEventLogs<abi, true, name>({ abi: contract.abi, eventName, logs });
}
