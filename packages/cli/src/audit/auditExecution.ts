import {
  elementCount,
  inputWords,
  type IntegerModel,
  type ModelManifest,
  outputPackingOf,
  packOutputs,
  publicWordsOf,
  WORD_BYTES,
} from "@verimesh/core";
import { decodeAnswer, getJobRequest } from "@verimesh/sdk";
import { createExecutor, loadBackend, selfTest } from "@verimesh/executor";
import { answerText } from "../output/format.ts";
import type { AuditContext } from "./AuditContext.ts";
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
    const bytes = await inputBytes(context, facts, manifest, model);
    const { inputBinding } = publicWordsOf(manifest);
    requireEqual("the input's words", inputWords(bytes, inputBinding).join(), facts.inputWords.join());
    const from =
      inputBinding === "words" ? "the request's words themselves" : "fetched, and what the request commits to";
    return { value: bytes, detail: `${bytes.length} bytes: ${from}` };
  });
  await findings.check("re-execution", async () => {
    if (facts.outputWords === undefined) throw new Inapplicable("there is no answer");
    if (input === undefined) return mismatch("there is no input to run the model on");
    const backend = await loadBackend(["wasm", "cpu"]);
    await selfTest(backend);
    const executor = await createExecutor(model, backend);
    try {
      const { output } = await executor.run(input);
      const words = packOutputs(output, outputPackingOf(model));
      const text = (list: readonly bigint[]): string => answerText(decodeAnswer(manifest, list));
      if (words.join() !== facts.outputWords.join()) {
        mismatch(
          `the answer is [${facts.outputWords.join(", ")}]; the model answers [${words.join(", ")}]: ${text(words)}`,
        );
      }
      return `the model answers the same: ${text(words)}`;
    } finally {
      await executor.dispose();
    }
  });
}

async function inputBytes(
  { client, deployment, store, signal }: AuditContext,
  { jobId, inputWords: words }: JobFacts,
  manifest: ModelManifest,
  model: IntegerModel,
): Promise<Uint8Array> {
  const length = elementCount(model.inputShape);
  if (publicWordsOf(manifest).inputBinding === "words") {
    return Uint8Array.from({ length }, (_, index) => {
      const word = words[Math.floor(index / WORD_BYTES)] ?? 0n;
      return Number((word >> BigInt(8 * (index % WORD_BYTES))) & 255n);
    });
  }
  const { inputCid } = await getJobRequest(client, { deployment, jobId, signal });
  if (inputCid === undefined) return mismatch("the request commits to an input and does not say where it is");
  const bytes = await store.get(inputCid, { signal, maxBytes: length + WRAPPING_BYTES });
  requireEqual("the number of bytes", bytes.length, length);
  return bytes;
}
