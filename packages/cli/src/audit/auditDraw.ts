import { VerimeshError } from "@verimesh/core";
import { getDrawHeader, type JobPolicy, providerSelectionAbi } from "@verimesh/sdk";
import { type Address, maxUint96 } from "viem";
import { type AuditContext, readChain } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, marketOf, votesOf } from "./JobFacts.ts";

interface Draw {
  readonly providers: readonly Address[];
  /** What each asked, where that is kept. */
  readonly asks: readonly bigint[];
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
    if (policy === "quorum") return sameDraw(context, facts, await panelDraw(context, facts, "quorum"));
    const draw = await assignment(context, facts);
    return typeof draw === "string" ? draw : sameDraw(context, facts, draw);
  });
  await findings.check("draw of the jury", async () => {
    if (policy !== "optimistic") throw new Inapplicable("the policy has no jury");
    return sameDraw(context, facts, await panelDraw(context, facts, policy));
  });
}

async function sameDraw(context: AuditContext, facts: JobFacts, draw: Draw): Promise<string> {
  const drawn = await drawAgain(context, facts, draw);
  const wrong =
    drawn.length !== draw.providers.length || drawn.some(({ provider }, i) => provider !== draw.providers[i]);
  if (!wrong && drawn.every(({ ask }, i) => ask === draw.asks[i])) {
    return `${draw.providers.join(", ")}: drawn again from the randomness of the chain`;
  }
  // What came before the draw in its own block is not in the state that it was repeated on.
  if (draw.transactionIndex > 0) throw new Inapplicable("other transactions of the same block may have changed it");
  const names = drawn.map(({ provider, ask }) => `${provider} at ${ask}`).join(", ") || "nobody";
  return mismatch(`drawn was ${draw.providers.join(", ")} at ${draw.asks.join(", ")}; the randomness gives ${names}`);
}

/** The last assignment, if its provider is the one that answered; what else there is to say of one that was not drawn. */
async function assignment(context: AuditContext, facts: JobFacts): Promise<Draw | string> {
  const { job, jobId } = facts;
  const last = facts.assigned.at(-1);
  const answered = facts.settled[0]?.args.provider ?? facts.answered[0]?.args.provider;
  if (answered === undefined)
    throw new Inapplicable(last === undefined ? "nobody was drawn" : "nobody who was drawn answered");
  if (job.provider !== last?.args.provider) {
    if (answered !== job.provider) mismatch(`the market names ${job.provider}; ${answered} answered`);
    return openDelivery(context, facts);
  }
  const { provider, price } = last.args;
  requireEqual("its price", job.price, price);
  const before = await readChain(context, {
    ...{ ...marketOf(context), functionName: "jobOf", args: [jobId] },
    blockNumber: last.blockNumber - 1n,
  }).catch(stateMissing);
  return {
    providers: [provider],
    asks: [price],
    blockNumber: last.blockNumber,
    transactionIndex: last.transactionIndex,
    drawBlock: BigInt(before.drawBlock),
    maxAsk: job.fee,
    answerSeconds: BigInt(job.answerSeconds),
  };
}

/** In the open round whoever serves the model delivers, at what it asks then. */
async function openDelivery(context: AuditContext, { job, settled, answered }: JobFacts): Promise<string> {
  const event = settled[0] ?? answered[0];
  if (event === undefined) return mismatch("nobody answered");
  const selection = { address: context.deployment.providerSelection, abi: providerSelectionAbi } as const;
  const args = [job.provider, job.modelId, job.version, job.token] as const;
  const [accepted, ask] = await readChain(context, {
    ...{ ...selection, functionName: "askOf", args },
    blockNumber: event.blockNumber - 1n,
  }).catch(stateMissing);
  if ((!accepted || ask !== job.price) && event.transactionIndex > 0) {
    throw new Inapplicable("other transactions of the same block may have changed its ask");
  }
  if (!accepted) mismatch(`${job.provider} delivered in the open round and did not serve the model`);
  requireEqual("its price", job.price, ask);
  return `${job.provider} delivered in the open round, for which nobody is drawn, at what it asked`;
}

/** The panel of the last round. */
async function panelDraw(context: AuditContext, facts: JobFacts, policy: JobPolicy): Promise<Draw> {
  const { job, jobId, rounds } = facts;
  const last = rounds.at(-1)?.draw;
  if (last === undefined) throw new Inapplicable(policy === "quorum" ? "no panel was drawn" : "no jury was drawn");
  const votes = votesOf(context, policy);
  const blockNumber = last.blockNumber - 1n;
  const seats = await readChain(context, { ...votes, functionName: "seatsOf", args: [jobId] });
  const panel = await readChain(context, {
    ...{ ...votes, functionName: "panelOf", args: [jobId] },
    blockNumber,
  }).catch(stateMissing);
  const before = await readChain(context, {
    ...{ ...marketOf(context), functionName: "jobOf", args: [jobId] },
    blockNumber,
  }).catch(stateMissing);
  return {
    providers: last.args.providers,
    asks: seats.map(({ ask }) => ask),
    blockNumber: last.blockNumber,
    transactionIndex: last.transactionIndex,
    drawBlock: BigInt(panel.drawBlock === 0 ? before.drawBlock : panel.drawBlock),
    // Jurors are paid from a bond, so what they ask keeps none out.
    maxAsk: policy === "quorum" ? job.fee / BigInt(Math.max(job.panelSize, 1)) : maxUint96,
    answerSeconds: BigInt(Math.min(job.answerSeconds, job.windowSeconds)),
  };
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

/** Nodes that are no archives know the state of some last blocks only. */
function stateMissing(error: unknown): never {
  const code = error instanceof VerimeshError ? error.code : "";
  if (code === "DrawTooEarly")
    throw new Inapplicable("it was drawn in the first block that could, before which no call can");
  if (code === "HeaderMismatch") throw new Inapplicable("the chain no longer knows the hash of the block that drew");
  const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
  throw new Inapplicable(`the node does not give the state before the draw: ask an archive node (${why})`);
}
