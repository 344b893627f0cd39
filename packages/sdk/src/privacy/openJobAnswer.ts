import { type DecodedOutput, type Hiding, VerimeshError } from "@verimesh/core";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import type { ContentSource } from "../content.ts";
import { decodeAnswer } from "../requester/decodeAnswer.ts";
import { getAnswer } from "../requester/getAnswer.ts";
import { getJobRequest } from "../requester/getJobRequest.ts";
import { getManifest } from "../requester/getManifest.ts";
import { openAnswer } from "../requester/openAnswer.ts";
import { isKeptFor, type KeptInput, type SaltStore } from "./SaltStore.ts";

export interface OpenJobAnswerParameters extends ReadOptions {
  readonly jobId: bigint;
  /** Has manifest and weights of the model; checks what it returns against the CID. */
  readonly store: ContentSource;
  /** The one that was given to `requestJob`. */
  readonly salts: SaltStore;
}

export interface OpenedAnswer {
  readonly answer: DecodedOutput;
  readonly hides: Hiding;
  /** Whether it stands for good. If not, it can still be challenged, and fall. */
  readonly final: boolean;
}

/**
 * Reads the answer of a job from its id alone, also one that is hidden, if this salt store kept its input and salt.
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_ANSWERED`; of a hidden answer `SALT_LOST`, `SALT_NOT_OF_JOB` if what was kept is
 * another job's, `SALT_UNREADABLE`, `ANSWER_NOT_OPENED`; and what the content store throws
 * @example
 * const salts = new WebSaltStore(localStorage);
 * const { jobId } = await requestJob(client, { ...terms, salts });
 * // later, perhaps in another session
 * const { answer } = await openJobAnswer(client, { deployment, jobId, store, salts });
 */
export async function openJobAnswer(
  client: VerimeshClient,
  parameters: OpenJobAnswerParameters,
): Promise<OpenedAnswer> {
  const { deployment, jobId, store, salts, signal } = parameters;
  const { modelId, version, inputWords } = await getJobRequest(client, { deployment, jobId, signal });
  const [manifest, { outputWords, final }] = await Promise.all([
    getManifest(client, { deployment, modelId, version, store, signal }),
    getAnswer(client, { deployment, jobId, signal }),
  ]);
  const { hides } = manifest.architecture;
  if (hides !== "inputAndOutput") return { answer: decodeAnswer(manifest, outputWords), hides, final };
  const input = await keptInputOf(salts, jobId, inputWords);
  return { answer: await openAnswer({ manifest, input, outputWords, store, signal }), hides, final };
}

async function keptInputOf(salts: SaltStore, jobId: bigint, words: readonly bigint[]): Promise<KeptInput> {
  const [commitment] = words;
  const kept = commitment === undefined ? undefined : await salts.get(commitment);
  if (kept === undefined) {
    throw new VerimeshError(`The salt of job ${jobId} is not here, so its answer stays hidden.`, {
      code: "SALT_LOST",
      details:
        "Only the salt store that the job was requested with holds it. If it is lost, no one but the provider, and whoever " +
        "has the input's file, can ever open this answer: ask again.",
      docsPath: "privacy.md",
    });
  }
  if (isKeptFor(words, kept)) return kept;
  throw new VerimeshError(`What was kept for job ${jobId} is not its input and salt.`, {
    code: "SALT_NOT_OF_JOB",
    details: "Its commitment on the chain is to others. The salt store was altered, or is another job's.",
    docsPath: "privacy.md",
  });
}
