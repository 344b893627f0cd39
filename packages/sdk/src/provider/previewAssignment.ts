import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getDrawSeed } from "./drawSeed.ts";

export interface PreviewAssignmentParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface PreviewAssignmentReturnType {
  /** Undefined where `assignJob` would find nobody, and so move the draw on. */
  readonly provider: Address | undefined;
  /** What it asks for. */
  readonly price: bigint;
}

/**
 * Whom `assignJob` would draw now. Anyone can know it as soon as the block of the randomness is there.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `DrawTooEarly`, `DrawClosed`, `DrawnByPolicy`, `RPC_UNREACHABLE`
 * @example
 * const { provider } = await previewAssignment(client, { deployment, jobId });
 * if (provider === account.address) await assignJob(client, { deployment, jobId });
 */
export async function previewAssignment(
  client: VerimeshClient,
  parameters: PreviewAssignmentParameters,
): Promise<PreviewAssignmentReturnType> {
  const { deployment, jobId, signal } = parameters;
  const market = marketOf(deployment);
  const { drawBlock } = await read(client, { ...market, functionName: "jobOf", args: [jobId] }, signal);
  const header = await getDrawSeed(client, { deployment, drawBlock: BigInt(drawBlock), signal });
  if (header === "0x") return { provider: undefined, price: 0n };
  const call = { ...market, functionName: "previewAssignment", args: [jobId, header] } as const;
  const [provider, price] = await read(client, call, signal);
  return { provider: provider === zeroAddress ? undefined : provider, price };
}
