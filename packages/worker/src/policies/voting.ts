import { PANEL, type PanelView } from "../chain/ChainJob.ts";
import { hashWords } from "../chain/MarketClient.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import { end, send, type Situation, type Verdict, wait } from "../jobs/Verdict.ts";

/**
 * A panel that is drawn or votes: a quorum, or the jury of a challenged answer.
 *
 * @param isParty whether the job is this worker's own, so that ending its draws and votes is its own business
 */
export function decideVote(record: JobRecord, situation: Situation, panel: PanelView, isParty: boolean): Verdict {
  switch (panel.status) {
    case PANEL.drawing:
      return drawing(record, situation, panel, isParty);
    case PANEL.voting:
      return panel.seated ? seated(record, situation, panel) : watching(record, situation, panel, isParty);
    default:
      return wait(situation.now + 1, "the panel is closed");
  }
}

function drawing(record: JobRecord, situation: Situation, panel: PanelView, isParty: boolean): Verdict {
  const { now, habits, stagger } = situation;
  if (isLeft(record, situation, panel)) return undecided(record);
  const { drawBlock, drawBefore } = panel;
  if (now <= drawBefore) return { kind: "draw", by: "panel", drawBlock, drawBefore, isParty };
  if (!isParty && !habits.endAll) return end("lost", "NOBODY_DRAWN", "No panel was found in time.");
  return now < drawBefore + 1 + stagger ? wait(drawBefore + 1 + stagger, "no panel in time") : send("expireDraw");
}

/** Nobody sits in two rounds: what the first made of this worker's vote is known. */
function isLeft(record: JobRecord, { habits }: Situation, panel: PanelView): boolean {
  return record.round !== undefined && record.round < panel.round && !habits.endAll;
}

function watching(record: JobRecord, situation: Situation, panel: PanelView, isParty: boolean): Verdict {
  const { now, habits, stagger, maxRounds } = situation;
  if (isLeft(record, situation, panel)) return undecided(record);
  const due = panel.revealBefore + 1 + stagger;
  if (now < due) return wait(due, "others vote");
  // Without a majority there is one more draw, in which this worker may get a seat.
  if (isParty || habits.endAll || panel.round < maxRounds) return send("closePanel");
  return end("lost", "DRAWN_OTHERS", "Others were drawn.");
}

function seated(record: JobRecord, situation: Situation, panel: PanelView): Verdict {
  const { now, stagger } = situation;
  const { round, commitBefore, revealBefore } = panel;
  if (record.round !== round) return { kind: "note", change: { round, phase: "assigned" } };
  const { vote, outputWords } = record;
  const canCommit = now <= commitBefore;
  if (panel.answerHash !== undefined) {
    if (record.phase !== "revealed") return { kind: "note", change: { phase: "revealed" } };
    const over = now > revealBefore || (isCommitOver(panel, now) && panel.revealed === panel.committed);
    return over ? send("closePanel") : wait(revealBefore + 1 + stagger, "others reveal");
  }
  if (panel.commitment === undefined) {
    if (!canCommit) return silent("It did not commit in time.");
    if (vote?.round === round) return send("commit");
    return outputWords ? { kind: "vote", round, outputWords } : work(commitBefore);
  }
  if (now > revealBefore) return silent("It did not reveal in time.");
  if (vote?.commitment !== panel.commitment) {
    // A lost journal: the salt comes from the account's key, the words from the model.
    if (vote?.round === round) return silent("What it committed to is not what its journal has.");
    return outputWords ? { kind: "vote", round, outputWords } : work(revealBefore);
  }
  if (record.phase !== "committed") return { kind: "note", change: { phase: "committed" } };
  return isCommitOver(panel, now) ? send("reveal") : wait(commitBefore + 1, "others commit");
}

/** From then on nobody can commit. */
function isCommitOver(panel: PanelView, now: number): boolean {
  return panel.committed === panel.size || now > panel.commitBefore;
}

const work = (before: number): Verdict => ({ kind: "work", proof: false, before, as: "seat" });
const silent = (message: string): Verdict => end("failed", "VOTE_MISSED", `${message} The seat's bond is lost.`);

function undecided(record: JobRecord): Verdict {
  return record.phase === "revealed"
    ? end("refunded", "NO_MAJORITY", "Its round had no majority: the bond came back, nothing was paid.")
    : silent("Its round ended without its answer.");
}

/** What a decided vote, or one that was given up, means to a member of its last round. */
export function endOfVote(record: JobRecord, panel: PanelView, isSettled: boolean): Verdict | undefined {
  if (record.round === undefined) return undefined;
  if (record.round < panel.round) return undecided(record);
  if (panel.answerHash === undefined) return silent("The vote ended without its answer.");
  if (panel.winner === undefined) return undecided({ ...record, phase: "revealed" });
  if (panel.answerHash !== panel.winner) {
    return end("failed", "VOTE_LOST", "The majority gave another answer; the seat's bond is lost.");
  }
  const nothing = panel.winner === hashWords([]);
  return isSettled && !nothing
    ? end("settled", "SETTLED", "Its answer was the majority's.")
    : end("refunded", nothing ? "CONTENT_UNAVAILABLE" : "REFUNDED", "The job was refunded; the bond came back.");
}
