import { parseEther } from "viem";
import { PARTS, userOf } from "../accounts.ts";
import { giveTokens } from "../money.ts";
import { assign, endWhenDue, enlist } from "./parties.ts";
import { requestToFail } from "./request.ts";
import { type FailureReport, type FailureStage, publishCopy } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** A provider answers what it likes; somebody runs the model again, challenges, and the liar can not prove it. */
export async function failByLying(stage: FailureStage): Promise<FailureReport> {
  const { rpcUrl, deployment, signal } = stage;
  const version = await publishCopy(stage);
  const [liar] = await enlist(stage, [PARTS.liar], version);
  await stage.inTurn(() => giveTokens(rpcUrl, deployment, [PARTS.watcher], parseEther("100")));
  const jobId = await requestToFail(stage, { version, policy: "optimistic", answerSeconds: 20, windowSeconds: 60 });
  await assign(stage, jobId);
  await liar!.submitAnswer({ jobId, outputWords: [12_345n], signal });
  await userOf(rpcUrl, PARTS.watcher, deployment).challengeAnswer({ jobId, signal });
  await endWhenDue(stage, jobId);
  return tellFailure(
    stage,
    jobId,
    "an answer was challenged, and its provider could not prove it; half of its bond is the challenger's",
  );
}
