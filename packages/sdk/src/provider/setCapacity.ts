import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SetCapacityParameters extends WriteOptions {
  /** How many jobs the account takes at once; 0 for none. Each needs a free bond. */
  readonly capacity: number;
}

export type SetCapacityReturnType = WriteResult;

/**
 * Sets how many jobs the account takes at once. Running jobs go on.
 * @throws VerimeshError those of every write
 * @example
 * await setCapacity(client, { deployment, capacity: 4 });
 */
export async function setCapacity(
  client: VerimeshClient,
  parameters: SetCapacityParameters,
): Promise<SetCapacityReturnType> {
  const { deployment, capacity } = parameters;
  const call = { ...stakingOf(deployment), functionName: "setCapacity", args: [BigInt(capacity)] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
