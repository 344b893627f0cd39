import type { Address } from "viem";
import { votesOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { votesOfJob } from "../job/votesOfJob.ts";
import { getDrawSeed } from "./drawSeed.ts";

export interface DrawPanelParameters extends WriteOptions {
  readonly jobId: bigint;
}

export interface DrawPanelReturnType extends WriteResult {
  /** Who was drawn; empty where that many were not found: the next draw is of this transaction's block. */
  readonly providers: readonly Address[];
  /** In seconds since the epoch. */
  readonly commitBefore: bigint;
  readonly revealBefore: bigint;
}

/**
 * Draws the panel of a quorum job, or the jury of a challenged answer, and locks a bond of each member. Anyone may send it.
 * @throws VerimeshError `JobUnknown`, `NOT_A_PANEL_JOB`, `PanelNotInStatus`, `PanelDrawClosed`, `DrawTooEarly`,
 * `HeaderMismatch`, and those of every write
 * @example
 * const { providers } = await drawPanel(client, { deployment, jobId });
 */
export async function drawPanel(client: VerimeshClient, parameters: DrawPanelParameters): Promise<DrawPanelReturnType> {
  const { deployment, jobId, signal } = parameters;
  const { policy } = await votesOfJob(client, parameters);
  const votes = votesOf(deployment, policy);
  const panel = await read(client, { ...votes, functionName: "panelOf", args: [jobId] }, signal);
  const header = await getDrawSeed(client, { deployment, drawBlock: BigInt(panel.drawBlock), signal });
  const call = { ...votes, functionName: "drawPanel", args: [jobId, header] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [drawn] = eventsIn(receipt, votes, "PanelDrawn");
  const { providers = [], commitBefore = 0n, revealBefore = 0n } = drawn?.args ?? {};
  return { providers, commitBefore, revealBefore, transactionHash, receipt };
}
