import { parseTransaction, type Hex, type LocalAccount } from "viem";

/** Nodes replace a pending transaction for 10 % more; an eighth and one wei clears that with any rounding. */
const raise = (wei: bigint | undefined): bigint => ((wei ?? 0n) * 9n) / 8n + 1n;

/** The same transaction with the same nonce, signed again with fees 12.5 % higher. */
export async function bumpFees(raw: Hex, account: LocalAccount): Promise<Hex> {
  const transaction = parseTransaction(raw) as unknown as Record<string, unknown>;
  for (const signaturePart of ["r", "s", "v", "yParity"]) delete transaction[signaturePart];
  const fees =
    transaction["type"] === "eip1559"
      ? {
          maxFeePerGas: raise(transaction["maxFeePerGas"] as bigint),
          maxPriorityFeePerGas: raise(transaction["maxPriorityFeePerGas"] as bigint),
        }
      : { gasPrice: raise(transaction["gasPrice"] as bigint) };
  return account.signTransaction({ ...transaction, ...fees } as Parameters<LocalAccount["signTransaction"]>[0]);
}
