import { PARTS, userOf } from "../accounts.ts";
import { cancelBeforeAssignment } from "./cancelled.ts";
import { failByLying } from "./lie.ts";
import { failWithoutMajority } from "./noMajority.ts";
import { failForWantOfProviders } from "./noProvider.ts";
import type { FailureReport, FailureStage } from "./stage.ts";
import { failByTrapKey } from "./trapKey.ts";
import { createTurns } from "./turns.ts";
import { failForWantOfContent } from "./unavailable.ts";
import { failByVanishing } from "./vanished.ts";

export type { FailureReport } from "./stage.ts";

/**
 * One of each kind of failure, all at once. Each has a version of the credit model to itself, which only the parties of
 * that failure serve, so that they wait for the chain's clock side by side and disturb nobody's jobs.
 */
export async function failInEveryWay(
  stage: Omit<FailureStage, "inTurn" | "stranger">,
): Promise<readonly FailureReport[]> {
  const failures = [
    cancelBeforeAssignment,
    failForWantOfProviders,
    failByVanishing,
    failForWantOfContent,
    failByTrapKey,
    failWithoutMajority,
    failByLying,
  ];
  const inTurn = createTurns();
  return Promise.all(
    failures.map((fail, index) => {
      const stranger = userOf(stage.rpcUrl, PARTS.firstStranger + index, stage.deployment);
      return fail({ ...stage, inTurn, stranger });
    }),
  );
}
