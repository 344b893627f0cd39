import { VerimeshError } from "@verimesh/core";
import { JOB_POLICIES, type JobPolicy } from "@verimesh/sdk";
import { ANY_TOKEN, parseAmount, parseToken } from "./payment.ts";
import { readInputFile } from "./readInputFile.ts";

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

/** What of the options can be seen to be wrong before anything else is asked for. */
export interface ReadJobOptions {
  readonly policy: JobPolicy;
  readonly values: Awaited<ReturnType<typeof readInputFile>>;
}

/** @throws VerimeshError OPTION_INVALID, INPUT_FILE_UNREADABLE, INPUT_INVALID */
export async function readJobOptions({ policy, input, fee, token }: JobTermOptions): Promise<ReadJobOptions> {
  const values = await readInputFile(input);
  // Any deployment will do to see whether token and fee are written as such.
  const anywhere = { token: ANY_TOKEN };
  const paidIn = parseToken(token, anywhere);
  if (fee !== undefined) parseAmount("fee", fee, paidIn, anywhere);
  return { policy: parsePolicy(policy), values };
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
