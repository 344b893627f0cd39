import type { RequestJobParameters } from "@verimesh/sdk";
import { prepareInput } from "@verimesh/sdk";
import { PARTS, userOf } from "../accounts.ts";
import { FAILURE_FEE, type FailureStage, SHORTEST } from "./stage.ts";

type Overrides = Partial<Omit<RequestJobParameters, "deployment" | "signal">> & { readonly version: bigint };

/** Asks the credit model about a held-out applicant, with short times. */
export async function requestToFail(stage: FailureStage, overrides: Overrides): Promise<bigint> {
  const { credit, signal } = stage;
  const requester = userOf(stage.rpcUrl, PARTS.unlucky, stage.deployment);
  const input = prepareInput(credit.manifest, credit.samples[0]!.features, { clamp: true });
  const { jobId } = await stage.inTurn(() =>
    requester.requestJob({
      ...{ modelId: credit.modelId, input, fee: FAILURE_FEE, store: stage.content, signal },
      ...{ drawSeconds: 2 * SHORTEST, answerSeconds: SHORTEST, openSeconds: 0 },
      ...overrides,
    }),
  );
  return jobId;
}
