import { endWhenDue } from "./parties.ts";
import { requestToFail } from "./request.ts";
import { type FailureReport, type FailureStage, publishCopy, SHORTEST } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** A version that nobody serves: nobody is drawn, and nobody comes in the open round. */
export async function failForWantOfProviders(stage: FailureStage): Promise<FailureReport> {
  const version = await publishCopy(stage);
  const jobId = await requestToFail(stage, { version, drawSeconds: SHORTEST, openSeconds: SHORTEST });
  await endWhenDue(stage, jobId);
  return tellFailure(stage, jobId, "nobody serves the version; drawn for 10 s, open for 10 s");
}
