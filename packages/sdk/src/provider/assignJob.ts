import type { Address } from "viem";
import { marketOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { getDrawSeed } from "./drawSeed.ts";

export interface AssignJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export interface AssignJobReturnType extends WriteResult {
  /** Who was drawn; undefined where nobody was: the next draw is of the candidates of this transaction's block. */
  readonly provider: Address | undefined;
  /** What it asked for. */
  readonly price: bigint;
  /** Until when it has to answer, in seconds since the epoch. */
  readonly answerBefore: bigint;
}

/**
 * Draws a job's provider, with the header of the block that holds the randomness. Anyone may send it; the outcome is the
 * same for all.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `DrawTooEarly`, `DrawClosed`, `DrawnByPolicy` (a quorum: drawPanel),
 * `HeaderMismatch`, and those of every write
 * @example
 * const { provider } = await assignJob(client, { deployment, jobId });
 */
export async function assignJob(client: VerimeshClient, parameters: AssignJobParameters): Promise<AssignJobReturnType> {
  const { deployment, jobId, signal } = parameters;
  const market = marketOf(deployment);
  const { drawBlock } = await read(client, { ...market, functionName: "jobOf", args: [jobId] }, signal);
  const header = await getDrawSeed(client, { deployment, drawBlock: BigInt(drawBlock), signal });
  const call = { ...market, functionName: "assignJob", args: [jobId, header] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [assigned] = eventsIn(receipt, market, "JobAssigned");
  const { provider, price = 0n, answerBefore = 0n } = assigned?.args ?? {};
  return { provider, price, answerBefore, transactionHash, receipt };
}
