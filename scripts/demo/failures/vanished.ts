import { PARTS } from "../accounts.ts";
import { assign, endWhenDue, enlist } from "./parties.ts";
import { requestToFail } from "./request.ts";
import { type FailureReport, type FailureStage, publishCopy } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** The only provider is drawn and never heard of again: its bond is cut, half of it for the requester. */
export async function failByVanishing(stage: FailureStage): Promise<FailureReport> {
  const version = await publishCopy(stage);
  await enlist(stage, [PARTS.vanisher], version);
  const jobId = await requestToFail(stage, { version });
  await assign(stage, jobId);
  await endWhenDue(stage, jobId);
  return tellFailure(stage, jobId, "the provider that was drawn vanished; half of its bond is the requester's");
}
