import { type Address, zeroAddress } from "viem";
import { selectionOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SetAskParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** ETH by default. */
  readonly token?: Address | undefined;
  /** The price of one answer, royalty and protocol share included, in the token's smallest unit; `null`: not in this token. */
  readonly ask: bigint | null;
}

export type SetAskReturnType = WriteResult;

/**
 * Sets what the account asks for an answer of a version in a token. After the first time it can be changed only every so
 * many blocks, so that no draw under way is steered by it.
 * @throws VerimeshError `AskChangedRecently`, `AskTooHigh`, `TooManyEarningTokens`, and those of every write
 * @example
 * await setAsk(client, { deployment, modelId: 1n, version: 1n, ask: parseEther("0.001") });
 */
export async function setAsk(client: VerimeshClient, parameters: SetAskParameters): Promise<SetAskReturnType> {
  const { deployment, modelId, version, token = zeroAddress, ask } = parameters;
  const args = [modelId, version, token, ask !== null, ask ?? 0n] as const;
  const call = { ...selectionOf(deployment), functionName: "setAsk", args } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
