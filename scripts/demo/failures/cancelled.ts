import { PARTS, userOf } from "../accounts.ts";
import { requestToFail } from "./request.ts";
import { type FailureReport, type FailureStage, publishCopy } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** The requester thinks better of it while providers are drawn. */
export async function cancelBeforeAssignment(stage: FailureStage): Promise<FailureReport> {
  const version = await publishCopy(stage);
  const jobId = await requestToFail(stage, { version, drawSeconds: 60 });
  const requester = userOf(stage.rpcUrl, PARTS.unlucky, stage.deployment);
  await stage.inTurn(() => requester.cancelJob({ jobId, signal: stage.signal }));
  return tellFailure(stage, jobId, "its requester changed its mind");
}
