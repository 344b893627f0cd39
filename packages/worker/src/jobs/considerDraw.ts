import { type Hex, maxUint96 } from "viem";
import { type ChainJob, POLICY } from "../chain/ChainJob.ts";
import type { Head } from "../chain/Head.ts";
import type { MarketClient } from "../chain/MarketClient.ts";
import { maxAskOf, staggerOf } from "./look.ts";
import type { Draw, Situation } from "./Verdict.ts";

export type DrawStep =
  | { readonly kind: "send"; readonly header: Hex }
  /** Look again at this block. */
  | { readonly kind: "wait"; readonly block: number; readonly why: string };

/** Draws that found nobody are repeated ever more seldom, up to this many blocks apart. */
const MAX_BACKOFF_BLOCKS = 64;

/** Between the members of a panel that has just been drawn. */
const PLACE_BLOCKS = 2;

/**
 * Whether this worker sends the draw. As soon as the randomness is there anyone can compute who is drawn: the one who is
 * sends it at once. Others do after some blocks, each at its own, so that a provider that has vanished is assigned, and
 * its time to answer runs out; and so do they where nobody can be drawn, to move the draw on.
 *
 * @param repeats draws of this job that found nobody before
 * @param wanted false: the draw is left to others even if this worker is drawn
 */
export async function considerDraw(
  { market, head, graceBlocks }: { market: MarketClient; head: Head; graceBlocks: number },
  jobId: bigint,
  { job, me, serves }: Situation,
  draw: Draw,
  { repeats, wanted }: { repeats: number; wanted: boolean },
): Promise<DrawStep> {
  const { seedDelayBlocks } = await market.constants();
  const ready = draw.drawBlock + seedDelayBlocks + 1;
  if (head.number < ready) return { kind: "wait", block: ready, why: "the randomness is not there" };
  const header = await market.drawSeed(draw.drawBlock);
  const isForgotten = header === "0x";
  const drawn = isForgotten ? [] : await market.previewDraw(jobId, job, termsOf(job, draw), header);
  const place = drawn.indexOf(me);
  // Of a panel the first sends it; the others if it does not.
  const turn = ready + place * PLACE_BLOCKS;
  if (place >= 0 && wanted) {
    return head.number >= turn ? { kind: "send", header } : { kind: "wait", block: turn, why: "others are drawn too" };
  }
  // Nothing in it for one that does not serve the job, or would rather not be drawn.
  if (!(serves || draw.isParty) || place >= 0) return { kind: "wait", block: Infinity, why: "others draw" };
  const backoff = drawn.length === 0 ? Math.min(2 ** repeats, MAX_BACKOFF_BLOCKS) - 1 : 0;
  const due = ready + graceBlocks + Number(staggerOf(me, jobId)) + backoff;
  if (head.number >= due) return { kind: "send", header };
  return { kind: "wait", block: due, why: drawn.length === 0 ? "nobody can be drawn" : `drawn: ${drawn.join(", ")}` };
}

/** As market and policies draw: a juror is not paid from the fee, and a panel has a time to commit and one to reveal. */
function termsOf(job: ChainJob, { by, drawBlock }: Draw) {
  const { answerSeconds, windowSeconds, panelSize } = job;
  if (by !== "panel") return { drawBlock, count: 1, maxAsk: maxAskOf(job), answerSeconds };
  const maxAsk = job.policy === POLICY.optimistic ? maxUint96 : maxAskOf(job);
  return { drawBlock, count: panelSize, maxAsk, answerSeconds: Math.min(answerSeconds, windowSeconds) };
}
