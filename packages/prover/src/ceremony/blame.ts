import { VerimeshError } from "@verimesh/core";

/** For `catch`: turns POINTS_INVALID, which says nothing of where the points came from, into an error that does. */
function blame(code: string, shortMessage: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof VerimeshError) || cause.code !== "POINTS_INVALID") throw cause;
    throw new VerimeshError(shortMessage, { code, details: cause.shortMessage, docsPath: "ceremony.md", cause });
  };
}

export const blameKey = blame("CEREMONY_KEY_INVALID", "This key has points that are on no curve.");
export const blamePhase1 = blame("CEREMONY_PHASE1_INVALID", "This phase-1 file has points that are on no curve.");
