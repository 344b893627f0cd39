import { answerCommitment, answerHash, type JobPolicy, PANEL_STATUSES, quorumPolicyAbi } from "@verimesh/sdk";
import { decodeFunctionData, type Hex, isAddressEqual, zeroHash } from "viem";
import { type AuditContext, readChain, readTimeOf, readTransaction } from "./AuditContext.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, type PanelRound, votesOf } from "./JobFacts.ts";
import { panelDrawnFrom, panelOpenedBy } from "./panelDraw.ts";

export interface AuditedVote {
  /** The hash of the answer that at least a quorum gave; undefined for none. */
  readonly winner: Hex | undefined;
  readonly detail: string;
}

/** The rounds of a vote, each counted again, and what the policy contract keeps of the last one. */
export async function auditPanel(context: AuditContext, facts: JobFacts, policy: JobPolicy): Promise<AuditedVote> {
  const { job, rounds } = facts;
  const details: string[] = [];
  let winner: Hex | undefined;
  for (const [index, round] of rounds.entries()) {
    if (winner !== undefined) mismatch("the vote went on though it was decided");
    requireEqual("the round", round.draw.args.round, index + 1);
    const { providers, commitBefore, revealBefore } = round.draw.args;
    requireEqual("the size of the panel", providers.length, job.panelSize);
    const drawnAt = await readTimeOf(context, round.draw);
    requireEqual("the time to commit", commitBefore, drawnAt + BigInt(job.answerSeconds));
    requireEqual("the time to reveal", revealBefore, commitBefore + BigInt(job.windowSeconds));
    await requireOpened(context, facts, policy, round);
    const tally = count(round);
    const [best, votes] = tally[0] ?? [zeroHash, 0];
    if (votes > 0 && votes >= job.quorum) winner = best;
    requireEqual("how often the vote was closed", round.closes.length, 1);
    requireEqual("the winner", round.closes[0]?.args.answerHash, winner ?? zeroHash);
    requireEqual("the winner's votes", round.closes[0]?.args.votes, votes);
    details.push(`round ${index + 1}: ${votes} equal answers of ${job.panelSize} members, ${job.quorum} decide`);
  }
  await requireKept(context, facts, policy);
  return { winner, detail: details.join("; ") || "no panel was found in time" };
}

/** How many members gave each answer, the most frequent first. */
function count({ reveals }: PanelRound): [answer: Hex, votes: number][] {
  const tally = new Map<Hex, number>();
  for (const { args } of reveals) {
    const hash = answerHash(args.outputWords);
    tally.set(hash, (tally.get(hash) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}

/** That members alone voted, once each, and opened what they had committed to. */
async function requireOpened(
  context: AuditContext,
  { jobId }: JobFacts,
  policy: JobPolicy,
  { draw, commits, reveals }: PanelRound,
): Promise<void> {
  const { providers, round } = draw.args;
  for (const [what, votes] of [
    ["commitment", commits],
    ["vote", reveals],
  ] as const) {
    for (const { args } of votes) {
      if (!providers.some((member) => isAddressEqual(member, args.provider))) {
        mismatch(`there is a ${what} of ${args.provider}, which is not on the panel`);
      }
    }
    if (new Set(votes.map(({ args }) => args.provider)).size !== votes.length)
      mismatch(`a member gave a ${what} twice`);
  }
  for (const { args, transactionHash } of reveals) {
    const { provider, outputWords } = args;
    const commit = commits.find((each) => isAddressEqual(each.args.provider, provider));
    if (commit === undefined) return mismatch(`${provider} had not committed`);
    const call = revealIn(await readTransaction(context, transactionHash), votesOf(context, policy).address, jobId);
    if (call === undefined) continue;
    const [, words, salt] = call;
    requireEqual(`the revealed words of ${provider}`, outputWords.join(), words.join());
    const { deployment } = context;
    const terms = { deployment, policy: policy === "quorum" ? policy : "optimistic", round: Number(round) } as const;
    const opened = answerCommitment({ ...terms, jobId, provider, outputWords, salt });
    requireEqual(`the commitment of ${provider}`, commit.args.commitment, opened);
  }
}

/** What a call reveals; undefined if another contract, or one call of several, revealed. */
function revealIn(
  { to, input }: { readonly to: Hex | null; readonly input: Hex },
  policy: Hex,
  jobId: bigint,
): readonly [jobId: bigint, outputWords: readonly bigint[], salt: Hex] | undefined {
  if (to === null || !isAddressEqual(to, policy)) return undefined;
  try {
    const call = decodeFunctionData({ abi: quorumPolicyAbi, data: input });
    if (call.functionName === "revealAnswer" && call.args[0] === jobId) return call.args;
  } catch {
    // Not a call of the policy's.
  }
  return mismatch("a vote was revealed by a call that reveals none");
}

/** What stands in the policy contract, held against the events. */
async function requireKept(context: AuditContext, facts: JobFacts, policy: JobPolicy): Promise<void> {
  const { jobId, job, rounds } = facts;
  const votes = votesOf(context, policy);
  const panel = await readChain(context, { ...votes, functionName: "panelOf", args: [jobId] });
  const last = rounds.at(-1);
  // Of a quorum job whose panel was never found the policy contract keeps nothing.
  if (last === undefined && policy === "quorum") return;
  // A draw that found nobody in time comes first, or after a round that decided nothing.
  const undrawn = last === undefined || panel.round === rounds.length + 1;
  const index = rounds.length - (undrawn ? 0 : 1);
  requireEqual("the panel's status", PANEL_STATUSES[panel.status], "closed");
  requireEqual("the panel's round", panel.round, index + 1);
  requireEqual("the panel's size", panel.size, job.panelSize);
  requireEqual("the panel's quorum", panel.quorum, job.quorum);
  requireEqual("the number of votes", panel.revealed, last?.reveals.length ?? 0);
  requireEqual("the number of commitments", panel.committed, undrawn ? 0 : last.commits.length);
  requireEqual("the time to commit", panel.commitBefore, undrawn ? 0 : last.draw.args.commitBefore);
  requireEqual("the time to reveal", panel.revealBefore, undrawn ? 0 : last.draw.args.revealBefore);
  const from = panelDrawnFrom(facts, index, undrawn ? undefined : last.draw);
  requireEqual("the block of the panel's draw", panel.drawBlock, from.blockNumber);
  const opened = await readTimeOf(context, panelOpenedBy(facts, index));
  requireEqual("the end of the panel's draw", panel.drawBefore, opened + BigInt(job.drawSeconds));
  if (last === undefined) return;
  const { draw, commits, reveals } = last;
  const seats = await readChain(context, { ...votes, functionName: "seatsOf", args: [jobId] });
  requireEqual("the panel's members", seats.map(({ provider }) => provider).join(), draw.args.providers.join());
  if (undrawn) return;
  for (const member of draw.args.providers) {
    const args = [jobId, member] as const;
    const [commitment, revealed] = await Promise.all([
      readChain(context, { ...votes, functionName: "commitmentBy", args }),
      readChain(context, { ...votes, functionName: "revealedBy", args }),
    ]);
    const of = ({ args: { provider } }: { readonly args: { readonly provider: Hex } }): boolean =>
      isAddressEqual(provider, member);
    requireEqual(`the commitment of ${member}`, commitment, commits.find(of)?.args.commitment ?? zeroHash);
    const words = reveals.find(of)?.args.outputWords;
    requireEqual(`the vote of ${member}`, revealed, words === undefined ? zeroHash : answerHash(words));
  }
}
