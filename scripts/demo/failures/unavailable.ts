import { prepareInput } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { parseEther } from "viem";
import { PARTS, userOf } from "../accounts.ts";
import { endWhenDue } from "./parties.ts";
import { type FailureReport, type FailureStage, SHORTEST } from "./stage.ts";
import { tellFailure } from "./tell.ts";

/** The input was published where no gateway finds it: each of the real workers steps back, which costs it nothing. */
export async function failForWantOfContent(stage: FailureStage): Promise<FailureReport> {
  const { digits, signal } = stage;
  const requester = userOf(stage.rpcUrl, PARTS.unlucky, stage.deployment);
  const { features } = digits.samples[3]!;
  const { jobId } = await stage.inTurn(() =>
    requester.requestJob({
      ...{ modelId: digits.modelId, version: digits.version, fee: parseEther("0.01"), signal },
      input: prepareInput(digits.manifest, features, { clamp: true }),
      store: new MemoryContentStore(),
      ...{ drawSeconds: 2 * SHORTEST, answerSeconds: 6 * SHORTEST, openSeconds: 0 },
    }),
  );
  await endWhenDue(stage, jobId);
  return tellFailure(stage, jobId, "the input is nowhere to be had; the workers stepped back");
}
