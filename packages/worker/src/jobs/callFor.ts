import { getAnswer } from "@verimesh/sdk";
import { findReveal } from "../chain/findReveal.ts";
import { hashWords, type MarketClient } from "../chain/MarketClient.ts";
import type { Call } from "../chain/TransactionSender.ts";
import type { JobRecord, Purpose } from "./JobRecord.ts";
import type { Situation } from "./Verdict.ts";

type Words = readonly bigint[];

/** The call for what was decided, from the record; from events where another's words are needed. */
export async function callFor(
  market: MarketClient,
  purpose: Exclude<Purpose, "assign" | "drawPanel" | "settle" | "offer">,
  record: JobRecord,
  situation: Situation,
): Promise<Call> {
  const { calls } = market;
  const { jobId, policy, inputWords, vote } = record;
  switch (purpose) {
    case "decline":
      return calls.decline(jobId, record.declining!.reason);
    case "expire":
      return calls.expire(jobId);
    case "refund":
      return calls.refund(jobId);
    case "answer":
      return calls.answer(jobId, record.outputWords!);
    case "defend":
      return calls.defend({ jobId, inputWords, outputWords: record.outputWords!, proof: record.proof! });
    case "finalize":
      return calls.finalize(jobId, await answeredWords(market, record, situation));
    case "challenge":
      return calls.challenge(jobId);
    case "approve":
      return calls.approveChallenge((await market.challengeFunds()).allowance + (await market.constants()).bondAmount);
    case "expireDefence":
      return calls.expireDefence(jobId);
    case "commit":
      return calls.commit(policy, jobId, vote!.commitment);
    case "reveal":
      return calls.reveal(policy, jobId, vote!.outputWords, vote!.salt);
    case "closePanel":
      return calls.closePanel(policy, jobId, await winningWords(market, record, situation));
    case "expireDraw":
      return calls.expireDraw(policy, jobId);
  }
}

async function answeredWords(market: MarketClient, record: JobRecord, { claim }: Situation): Promise<Words> {
  if (record.outputWords && hashWords(record.outputWords) === claim!.answerHash) return record.outputWords;
  const { client, deployment } = market;
  return (await getAnswer(client, { deployment, jobId: record.jobId })).outputWords;
}

async function winningWords(market: MarketClient, record: JobRecord, { panel }: Situation): Promise<Words> {
  const hash = panel!.winner;
  if (hash === undefined || hash === hashWords([])) return [];
  for (const known of [record.vote?.outputWords, record.outputWords]) {
    if (known && hashWords(known) === hash) return known;
  }
  const { client, deployment } = market;
  return findReveal(client, deployment, record, hash);
}
