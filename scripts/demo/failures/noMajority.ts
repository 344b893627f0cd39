import { bytesToHex, type Hex } from "viem";
import { PARTS } from "../accounts.ts";
import { drawPanel, enlist, type Party } from "./parties.ts";
import { requestToFail } from "./request.ts";
import { type FailureReport, type FailureStage, publishWithoutCircuit } from "./stage.ts";
import { tellFailure } from "./tell.ts";

const MEMBERS = 3;

/** Three providers give three answers, and so do three others: nobody can tell who is right, so nobody is paid. */
export async function failWithoutMajority(stage: FailureStage): Promise<FailureReport> {
  const { signal } = stage;
  const version = await publishWithoutCircuit(stage);
  const parties = await enlist(stage, PARTS.dissenters, version);
  const jobId = await requestToFail(stage, {
    version,
    policy: "quorum",
    answerSeconds: 60,
    panelSize: MEMBERS,
    quorum: 2,
    windowSeconds: 30,
  });
  for (let round = 1; round <= 2; round++) {
    await drawPanel(stage, jobId);
    const panel = await parties[0]!.getPanel({ jobId, signal });
    const drawn = panel!.members.map(({ provider }) => parties.find(({ account }) => account.address === provider)!);
    const ballots = drawn.map((member, index) => ({ member, outputWords: [BigInt(index + 1)], salt: randomSalt() }));
    await Promise.all(ballots.map((ballot) => commit(ballot, jobId, signal)));
    for (const { member, outputWords, salt } of ballots)
      await member.revealAnswer({ jobId, outputWords, salt, signal });
    await parties[0]!.closePanel({ jobId, signal });
  }
  return tellFailure(stage, jobId, "two panels of three, and no two members agreed");
}

function commit(
  { member, outputWords, salt }: { member: Party; outputWords: readonly bigint[]; salt: Hex },
  jobId: bigint,
  signal: AbortSignal,
) {
  return member.commitAnswer({ jobId, outputWords, salt, signal });
}

function randomSalt(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
}
