import {
  decodeOutput,
  elementCount,
  inputFileLength,
  inputWords,
  type IntegerModel,
  type ModelManifest,
  outputPackingOf,
  outputWords,
  packOutputs,
  publicWordsOf,
  readInputFile,
  type SaltedInput,
  unpackInput,
  VerimeshError,
} from "@verimesh/core";
import { decodeAnswer, getJobRequest } from "@verimesh/sdk";
import { createExecutor } from "@verimesh/executor";
import { answerText } from "../output/format.ts";
import type { AuditContext } from "./AuditContext.ts";
import { loadTestedBackend } from "./backend.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** Room for the UnixFS wrapping of a small file. */
const WRAPPING_BYTES = 64 * 1024;

/** The input of a job, and the model run on it again. */
export async function auditExecution(
  context: AuditContext,
  facts: JobFacts,
  manifest: ModelManifest | undefined,
  model: IntegerModel | undefined,
): Promise<void> {
  const { findings } = context;
  if (manifest === undefined || model === undefined) {
    for (const check of ["input", "re-execution"]) findings.skip(check, "there is no model to run");
    return;
  }
  const input = await findings.derive("input", async () => {
    const value = await inputOf(context, facts, manifest, model);
    const { inputBinding, hides } = publicWordsOf(manifest);
    const words = inputWords(value.bytes, { hides, salt: value.salt });
    requireEqual("the input's words", words.join(), facts.inputWords.join());
    const from =
      inputBinding === "words" ? "the request's words themselves" : "fetched, and what the request commits to";
    return { value, detail: `${value.bytes.length} bytes: ${from}` };
  });
  await findings.check("re-execution", async () => {
    if (facts.outputWords === undefined) throw new Inapplicable("there is no answer");
    if (input === undefined) throw new Inapplicable("there is no input to run the model on");
    const backend = await loadTestedBackend();
    const executor = await createExecutor(model, backend);
    try {
      const { output } = await executor.run(input.bytes);
      const { hides } = model;
      const packed = packOutputs(output, outputPackingOf(model));
      const words = outputWords(packed, { hides, salt: input.salt });
      const text = (list: readonly bigint[]): string =>
        hides === "inputAndOutput" ? "a commitment" : answerText(decodeAnswer(manifest, list));
      if (words.join() !== facts.outputWords.join()) {
        mismatch(
          `the answer is [${facts.outputWords.join(", ")}]; the model answers [${words.join(", ")}]: ${text(words)}`,
        );
      }
      const opened = answerText(decodeOutput(packed, manifest.output));
      return hides === "inputAndOutput"
        ? `the model's answer opens the commitment: ${opened}`
        : `the model answers the same: ${opened}`;
    } finally {
      await executor.dispose();
    }
  });
}

async function inputOf(
  { client, deployment, store, salts, signal }: AuditContext,
  { jobId, inputWords: words }: JobFacts,
  manifest: ModelManifest,
  model: IntegerModel,
): Promise<SaltedInput> {
  const length = elementCount(model.inputShape);
  if (publicWordsOf(manifest).inputBinding === "words") {
    return { bytes: unpackInput(words, length) };
  }
  const { inputCid } = await getJobRequest(client, { deployment, jobId, signal });
  if (inputCid === undefined) return mismatch("the request commits to an input and does not say where it is");
  const expected = inputFileLength(length, model.hides);
  let file: Uint8Array;
  try {
    file = await store.get(inputCid, { signal, maxBytes: expected + WRAPPING_BYTES });
  } catch (error) {
    if (!(error instanceof VerimeshError) || error.code !== "CONTENT_NOT_FOUND") throw error;
    const kept = await keptInput(salts, words, model);
    if (kept !== undefined) return kept;
    throw new Inapplicable(`its file ${inputCid.toString()} is not to be had, and nothing is kept here that opens it`);
  }
  requireEqual("the number of bytes", file.length, expected);
  return readInputFile(file, length, model.hides);
}

/** The auditor's own copy of a hidden input; undefined if there is none, or if it is not what the request commits to. */
async function keptInput(
  salts: AuditContext["salts"],
  words: readonly bigint[],
  { hides }: IntegerModel,
): Promise<SaltedInput | undefined> {
  const [commitment] = words;
  if (hides === "nothing" || commitment === undefined) return undefined;
  const kept = await salts?.get(commitment).catch(() => undefined);
  const fits = kept !== undefined && inputWords(kept.bytes, { hides, salt: kept.salt }).join() === words.join();
  return fits ? kept : undefined;
}
