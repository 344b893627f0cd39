import { VerimeshError } from "@verimesh/core";
import { JOB_POLICIES, type JobPolicy } from "@verimesh/sdk";

/** Options of the commands that ask for answers. */
export interface JobTermOptions {
  readonly input: string;
  readonly policy: string;
  readonly panel?: number;
  readonly quorum?: number;
  /** In ETH or VMESH, or in base units of another token; what every provider that serves the version asks, if undefined. */
  readonly fee?: string;
  readonly token?: string;
  readonly fromBalance?: boolean;
  readonly drawSeconds: number;
  readonly answerSeconds: number;
  readonly openSeconds?: number;
  readonly windowSeconds?: number;
  readonly allowInsecureSetup?: boolean;
}

/** @throws VerimeshError OPTION_INVALID */
export function parsePolicy(text: string): JobPolicy {
  const policy = JOB_POLICIES.find((name) => name === text);
  if (policy !== undefined) return policy;
  throw new VerimeshError(`There is no policy "${text.slice(0, 40)}".`, {
    code: "OPTION_INVALID",
    details: `Expected one of ${JOB_POLICIES.join(", ")}.`,
  });
}
