/** What a clinic's page calls: asking about a biopsy so that the chain learns nothing of it, and reading the answer. */
import { type InputValues, VerimeshError } from "@verimesh/core";
import {
  type ContentSink,
  type Deployment,
  getManifest,
  openJobAnswer,
  prepareInput,
  requestJob,
  type SaltStore,
  type VerimeshClient,
  waitForJob,
} from "@verimesh/sdk";

/** Where a clinic asks. */
export interface Clinic {
  readonly client: VerimeshClient;
  readonly deployment: Deployment;
  /** The provider fetches the measures here: who else can read it and knows their CID learns them too. */
  readonly store: ContentSink;
  /** Keeps what opens the answers. */
  readonly salts: SaltStore;
}

export interface Question {
  readonly modelId: bigint;
  readonly version: bigint;
  /** The 30 measures of a biopsy, by name or in order. One beyond those of the training rows is taken as the nearest of them. */
  readonly measures: InputValues;
  /** The most that the answer may cost, in wei. */
  readonly fee: bigint;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks about a biopsy. The salt is kept before the request is sent, so `openTriage` needs nothing but the job's id.
 *
 * @throws VerimeshError `MODEL_NOT_PRIVATE` if the model would show the measures on the chain; those of `requestJob`
 */
export async function askTriage(clinic: Clinic, question: Question): Promise<bigint> {
  const { client, deployment, store, salts } = clinic;
  const { modelId, version, measures, fee, signal } = question;
  const manifest = await getManifest(client, { deployment, modelId, version, store, signal });
  if (manifest.architecture.hides === "nothing") {
    throw new VerimeshError(`The model ${manifest.name} hides nothing of what it is asked.`, {
      code: "MODEL_NOT_PRIVATE",
      details: "Nobody may ask it about patients: choose a version that hides its input.",
    });
  }
  const input = prepareInput(manifest, measures, { clamp: true });
  const terms = { deployment, modelId, version, input, fee, store, salts, signal };
  return (await requestJob(client, terms)).jobId;
}

/**
 * Waits for the answer and opens it.
 *
 * @returns `malignant` or `benign`
 * @throws VerimeshError `TRIAGE_UNANSWERED` if the fee came back instead; those of `openJobAnswer`
 */
export async function openTriage(clinic: Clinic, jobId: bigint, signal?: AbortSignal): Promise<string> {
  const { client, deployment, store, salts } = clinic;
  const outcome = await waitForJob(client, { deployment, jobId, signal });
  if (outcome.status === "refunded") {
    throw new VerimeshError(`Nobody answered job ${jobId}; its fee came back.`, {
      code: "TRIAGE_UNANSWERED",
      details: "Ask again, with a fee that more providers serve for.",
    });
  }
  const { answer } = await openJobAnswer(client, { deployment, jobId, store, salts, signal });
  if (answer.kind === "argmax" && answer.label !== undefined) return answer.label;
  throw new VerimeshError(`Job ${jobId} did not ask a triage model.`, { code: "MODEL_NOT_TRIAGE" });
}
