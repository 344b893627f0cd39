import { VerimeshError } from "@verimesh/core";
import { getDrawHeader, type JobPolicy, providerSelectionAbi } from "@verimesh/sdk";
import { type Address, maxUint96 } from "viem";
import { type AuditContext, readChain } from "./AuditContext.ts";
import { answeredAsDrawn } from "./auditPhases.ts";
import { isBefore } from "./events.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, votesOf } from "./JobFacts.ts";
import { panelDrawnFrom } from "./panelDraw.ts";

interface Draw {
  readonly providers: readonly Address[];
  /** What each asked; of the panel of an earlier round it is not kept. */
  readonly asks: readonly bigint[] | undefined;
  readonly blockNumber: bigint;
  readonly transactionIndex: number;
  readonly drawBlock: bigint;
  readonly maxAsk: bigint;
  readonly answerSeconds: bigint;
}

/** Who was drawn for a job, and for the jury on its answer, drawn again with the same randomness on the state before. */
export async function auditDraw(context: AuditContext, facts: JobFacts): Promise<void> {
  const { findings } = context;
  const { policy } = facts.job;
  await findings.check("draw", async () => {
    if (policy === "quorum") return sameDraws(context, facts, await panelDraws(context, facts, policy));
    const drawn = facts.assigned.map((event) => assignmentDraw(facts, event));
    const open = await openDelivery(context, facts);
    if (drawn.length === 0) return open ?? inapplicable("nobody was drawn");
    const last = facts.assigned.at(-1);
    if (open === undefined && answeredAsDrawn(facts)) requireEqual("its price", facts.job.price, last?.args.price);
    const again = await sameDraws(context, facts, drawn);
    return open === undefined ? again : `${again}; ${open}`;
  });
  await findings.check("draw of the jury", async () => {
    if (policy !== "optimistic") return inapplicable("the policy has no jury");
    return sameDraws(context, facts, await panelDraws(context, facts, policy));
  });
}

async function sameDraws(context: AuditContext, facts: JobFacts, draws: readonly Draw[]): Promise<string> {
  const details: string[] = [];
  for (const draw of draws) details.push(await sameDraw(context, facts, draw));
  return `${details.join("; ")}: drawn again from the randomness of the chain`;
}

async function sameDraw(context: AuditContext, facts: JobFacts, draw: Draw): Promise<string> {
  const drawn = await drawAgain(context, facts, draw);
  const wrong =
    drawn.length !== draw.providers.length || drawn.some(({ provider }, i) => provider !== draw.providers[i]);
  if (!wrong && drawn.every(({ ask }, i) => draw.asks === undefined || ask === draw.asks[i])) {
    return draw.providers.join(", ");
  }
  // What came before the draw in its own block is not in the state that it was repeated on.
  if (draw.transactionIndex > 0) throw new Inapplicable("other transactions of the same block may have changed it");
  const names = drawn.map(({ provider, ask }) => `${provider} at ${ask}`).join(", ") || "nobody";
  return mismatch(
    `drawn was ${draw.providers.join(", ")} at ${draw.asks?.join(", ") ?? "any price"}; the randomness gives ${names}`,
  );
}

function assignmentDraw(facts: JobFacts, event: JobFacts["assigned"][number]): Draw {
  const { job, drawsFrom } = facts;
  const from = drawsFrom.findLast((each) => isBefore(each, event));
  if (from === undefined) return mismatch("it was drawn before it was requested");
  return {
    providers: [event.args.provider],
    asks: [event.args.price],
    blockNumber: event.blockNumber,
    transactionIndex: event.transactionIndex,
    drawBlock: from.blockNumber,
    maxAsk: job.fee,
    answerSeconds: BigInt(job.answerSeconds),
  };
}

/** In the open round whoever serves the model delivers, at what it asks then; undefined where nobody did. */
async function openDelivery(context: AuditContext, facts: JobFacts): Promise<string | undefined> {
  const { job, settled, answered } = facts;
  const event = settled[0] ?? answered[0];
  if (event === undefined || answeredAsDrawn(facts)) return undefined;
  const selection = { address: context.deployment.providerSelection, abi: providerSelectionAbi } as const;
  const args = [job.provider, job.modelId, job.version, job.token] as const;
  const [accepted, ask] = await readChain(context, {
    ...{ ...selection, functionName: "askOf", args },
    blockNumber: event.blockNumber - 1n,
  }).catch(stateMissing);
  if ((!accepted || ask !== job.price) && event.transactionIndex > 0) {
    inapplicable("other transactions of the same block may have changed its ask");
  }
  if (!accepted) mismatch(`${job.provider} delivered in the open round and did not serve the model`);
  requireEqual("its price", job.price, ask);
  return `${job.provider} delivered in the open round, for which nobody is drawn, at what it asked`;
}

/** The panels of all rounds. */
async function panelDraws(context: AuditContext, facts: JobFacts, policy: JobPolicy): Promise<Draw[]> {
  const { job, jobId, rounds } = facts;
  if (rounds.length === 0) inapplicable(policy === "quorum" ? "no panel was drawn" : "no jury was drawn");
  const seats = await readChain(context, { ...votesOf(context, policy), functionName: "seatsOf", args: [jobId] });
  return rounds.map(({ draw }, index) => ({
    providers: draw.args.providers,
    asks: index === rounds.length - 1 ? seats.map(({ ask }) => ask) : undefined,
    blockNumber: draw.blockNumber,
    transactionIndex: draw.transactionIndex,
    drawBlock: panelDrawnFrom(facts, index, draw).blockNumber,
    // Jurors are paid from a bond, so what they ask keeps none out.
    maxAsk: policy === "quorum" ? job.fee / BigInt(Math.max(job.panelSize, 1)) : maxUint96,
    answerSeconds: BigInt(Math.min(job.answerSeconds, job.windowSeconds)),
  }));
}

async function drawAgain(context: AuditContext, { job, jobId }: JobFacts, draw: Draw) {
  const selection = { address: context.deployment.providerSelection, abi: providerSelectionAbi } as const;
  const delay = await readChain(context, { ...selection, functionName: "SEED_DELAY_BLOCKS" });
  const header = await getDrawHeader(context.client, draw.drawBlock + delay, context.signal);
  const terms = {
    ...{ jobId, modelId: job.modelId, version: job.version, token: job.token, inputOffChain: job.inputOffChain },
    ...{ drawBlock: draw.drawBlock, maxAsk: draw.maxAsk, answerSeconds: draw.answerSeconds },
  };
  return readChain(context, {
    ...{ ...selection, functionName: "previewDraw", args: [terms, BigInt(draw.providers.length), header] },
    blockNumber: draw.blockNumber - 1n,
  }).catch(stateMissing);
}

function inapplicable(why: string): never {
  throw new Inapplicable(why);
}

/** Nodes that are no archives know the state of some last blocks only. */
function stateMissing(error: unknown): never {
  const code = error instanceof VerimeshError ? error.code : "";
  if (code === "DrawTooEarly")
    throw new Inapplicable("it was drawn in the first block that could, before which no call can");
  if (code === "HeaderMismatch") throw new Inapplicable("the chain no longer knows the hash of the block that drew");
  const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
  throw new Inapplicable(`the node does not give the state before the draw: ask an archive node (${why})`);
}
