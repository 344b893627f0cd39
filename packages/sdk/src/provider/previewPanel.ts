import { type Address, maxUint96 } from "viem";
import { selectionOf, votesOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { votesOfJob } from "../job/votesOfJob.ts";
import { getDrawSeed } from "./drawSeed.ts";

export interface PreviewPanelParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface PreviewPanelReturnType {
  /** Empty where `drawPanel` would not find enough, and so move the draw on. */
  readonly providers: readonly Address[];
}

/**
 * Whom `drawPanel` would draw now.
 * @throws VerimeshError `JobUnknown`, `NOT_A_PANEL_JOB`, `DrawTooEarly`, `RPC_UNREACHABLE`
 * @example
 * const { providers } = await previewPanel(client, { deployment, jobId });
 * if (providers.includes(account.address)) await drawPanel(client, { deployment, jobId });
 */
export async function previewPanel(
  client: VerimeshClient,
  parameters: PreviewPanelParameters,
): Promise<PreviewPanelReturnType> {
  const { deployment, jobId, signal } = parameters;
  const { policy, job } = await votesOfJob(client, parameters);
  const call = { ...votesOf(deployment, policy), functionName: "panelOf", args: [jobId] } as const;
  const panel = await read(client, call, signal);
  const drawBlock = BigInt(panel.drawBlock);
  const header = await getDrawSeed(client, { deployment, drawBlock, signal });
  if (header === "0x") return { providers: [] };
  const { modelId, version, token, fee, inputOffChain } = job;
  const terms = {
    ...{ jobId, modelId: BigInt(modelId), version: BigInt(version), token, drawBlock, inputOffChain },
    // Members of a quorum share the fee; jurors are paid out of the loser's bond.
    maxAsk: policy === "quorum" ? fee / BigInt(job.panelSize) : maxUint96,
    // The times to commit and to reveal.
    answerSeconds: BigInt(Math.min(job.answerSeconds, job.windowSeconds)),
  };
  const args = [terms, BigInt(panel.size), header] as const;
  const drawn = await read(client, { ...selectionOf(deployment), functionName: "previewDraw", args }, signal);
  return { providers: drawn.map(({ provider }) => provider) };
}
