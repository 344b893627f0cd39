import { VerimeshError } from "@verimesh/core";
import { getDrawHeader, providerSelectionAbi, quorumPolicyAbi } from "@verimesh/sdk";
import { type Address, maxUint96 } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, marketOf } from "./JobFacts.ts";

interface Draw {
  readonly providers: readonly Address[];
  readonly blockNumber: bigint;
  readonly transactionIndex: number;
  readonly drawBlock: bigint;
  readonly maxAsk: bigint;
  readonly answerSeconds: bigint;
}

/** Who was drawn for a job, drawn again from the same block's randomness on the state before the draw. */
export async function auditDraw(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("draw", async () => {
    const draw = facts.job.policy === "quorum" ? await panelDraw(context, facts) : await assignment(context, facts);
    const drawn = await drawAgain(context, facts, draw);
    if (drawn.join() === draw.providers.join()) {
      return `${draw.providers.join(", ")}: drawn again from the randomness of the chain`;
    }
    // What came before the draw in its own block is not in the state that it was repeated on.
    if (draw.transactionIndex > 0) throw new Inapplicable("other transactions of the same block may have changed it");
    return mismatch(`drawn was ${draw.providers.join(", ")}; the randomness gives ${drawn.join(", ") || "nobody"}`);
  });
}

/** The last assignment, if its provider is the one that answered. */
async function assignment(context: AuditContext, facts: JobFacts): Promise<Draw> {
  const { job, jobId } = facts;
  const last = facts.assigned.at(-1);
  if (last === undefined) throw new Inapplicable("nobody was drawn");
  if (job.status === "refunded") throw new Inapplicable("nobody was paid");
  const { provider, price } = last.args;
  if (job.provider !== provider) {
    const answered = facts.settled[0]?.args.provider ?? facts.answered[0]?.args.provider;
    if (answered !== job.provider) mismatch(`the market names ${job.provider}; drawn was ${provider}`);
    throw new Inapplicable(`${job.provider} delivered in the open round, for which nobody is drawn`);
  }
  requireEqual("its price", job.price, price);
  const before = await readChain(context, {
    ...{ ...marketOf(context), functionName: "jobOf", args: [jobId] },
    blockNumber: last.blockNumber - 1n,
  }).catch(stateMissing);
  return {
    providers: [provider],
    blockNumber: last.blockNumber,
    transactionIndex: last.transactionIndex,
    drawBlock: BigInt(before.drawBlock),
    maxAsk: job.fee,
    answerSeconds: BigInt(job.answerSeconds),
  };
}

/** The panel of the last round. */
async function panelDraw(context: AuditContext, { job, jobId }: JobFacts): Promise<Draw> {
  const votes = { address: context.deployment.quorumPolicy, abi: quorumPolicyAbi } as const;
  const last = (await readEvents(context, votes, "PanelDrawn", { jobId })).at(-1);
  if (last === undefined) throw new Inapplicable("no panel was drawn");
  const blockNumber = last.blockNumber - 1n;
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
    blockNumber: last.blockNumber,
    transactionIndex: last.transactionIndex,
    drawBlock: BigInt(panel.drawBlock === 0 ? before.drawBlock : panel.drawBlock),
    maxAsk: job.panelSize === 0 ? maxUint96 : job.fee / BigInt(job.panelSize),
    answerSeconds: BigInt(Math.min(job.answerSeconds, job.windowSeconds)),
  };
}

async function drawAgain(context: AuditContext, { job, jobId }: JobFacts, draw: Draw): Promise<Address[]> {
  const selection = { address: context.deployment.providerSelection, abi: providerSelectionAbi } as const;
  const delay = await readChain(context, { ...selection, functionName: "SEED_DELAY_BLOCKS" });
  const header = await getDrawHeader(context.client, draw.drawBlock + delay, context.signal);
  const terms = {
    ...{ jobId, modelId: job.modelId, version: job.version, token: job.token, inputOffChain: job.inputOffChain },
    ...{ drawBlock: draw.drawBlock, maxAsk: draw.maxAsk, answerSeconds: draw.answerSeconds },
  };
  const drawn = await readChain(context, {
    ...{ ...selection, functionName: "previewDraw", args: [terms, BigInt(draw.providers.length), header] },
    blockNumber: draw.blockNumber - 1n,
  }).catch(stateMissing);
  return drawn.map(({ provider }) => provider);
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
