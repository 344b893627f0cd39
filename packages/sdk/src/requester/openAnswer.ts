import {
  type DecodedOutput,
  decodeOutput,
  type ModelManifest,
  outputPackingOf,
  outputWords,
  packOutputs,
  parseModel,
  runReference,
  VerimeshError,
} from "@verimesh/core";
import { CID } from "multiformats/cid";
import type { ContentSource } from "../content.ts";
import type { PreparedInput } from "./prepareInput.ts";

export interface OpenAnswerParameters {
  readonly manifest: ModelManifest;
  /** The input that was asked about, with its salt. */
  readonly input: Pick<PreparedInput, "bytes" | "salt">;
  /** Of `waitForJob`, `getProof` or the callback. */
  readonly outputWords: readonly bigint[];
  /** Has the model's weights; checks what it returns against the CID. */
  readonly store: ContentSource;
  readonly signal?: AbortSignal | undefined;
}

/** The largest weights file that is fetched. */
const MAX_WEIGHTS_BYTES = 2 ** 28;

/**
 * Reads the answer of a model that hides its output: runs the model on the input, which only the requester and the
 * provider know, and checks that the commitment on the chain opens to that.
 * @throws VerimeshError `ANSWER_NOT_OPENED` if it does not: the input or the salt is another, or nothing was proven and the
 * answer is wrong; `SALT_INVALID`; `WEIGHTS_INVALID`; and what the store throws
 * @example
 * const answer = await openAnswer({ manifest, input, outputWords: settled.outputWords, store });
 */
export async function openAnswer(parameters: OpenAnswerParameters): Promise<DecodedOutput> {
  const { manifest, input, store, signal } = parameters;
  const weights = CID.parse(manifest.files.weights);
  const model = parseModel(manifest.architecture, await store.get(weights, { signal, maxBytes: MAX_WEIGHTS_BYTES }));
  const packed = packOutputs(runReference(model, input.bytes).output, outputPackingOf(model));
  const expected = outputWords(packed, { hides: model.hides, salt: input.salt });
  const given = parameters.outputWords;
  if (given.length !== expected.length || given.some((word, i) => word !== expected[i])) {
    throw new VerimeshError("The answer on the chain is not the model's answer to this input.", {
      code: "ANSWER_NOT_OPENED",
      details:
        "Either input or salt are not those of the job, or no proof was asked for and the provider's answer is wrong.",
    });
  }
  return decodeOutput(packed, manifest.output);
}
