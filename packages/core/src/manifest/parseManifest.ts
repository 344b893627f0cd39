import { decode, encode } from "@ipld/dag-json";
import { z } from "zod";
import { MAX_WORDS } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { elementCount } from "../model/shapes.ts";
import { publicWordsOf } from "./publicWords.ts";
import { manifestSchema } from "./schema.ts";
import type { ModelManifest } from "./types.ts";

/** A larger manifest is refused before it is parsed. */
export const MAX_MANIFEST_BYTES = 4 * 2 ** 20;

/**
 * Reads a manifest, which may come from anyone.
 *
 * @param bytes dag-json
 * @throws VerimeshError `MANIFEST_INVALID`, saying which field and what was expected
 */
export function parseManifest(bytes: Uint8Array): ModelManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    invalid(`The manifest has ${bytes.length} bytes.`, `Expected at most ${MAX_MANIFEST_BYTES}.`);
  }
  let document: unknown;
  try {
    document = decode(bytes);
  } catch (cause) {
    return invalid(
      "The manifest is not dag-json.",
      "Expected a dag-json document of format verimesh-manifest/1.",
      cause,
    );
  }
  return checkManifest(document);
}

/**
 * Writes a manifest as dag-json. The same manifest gives the same bytes.
 *
 * @throws VerimeshError `MANIFEST_INVALID`
 */
export function serializeManifest(manifest: ModelManifest): Uint8Array {
  return encode(withoutUndefined(checkManifest(manifest)));
}

function checkManifest(document: unknown): ModelManifest {
  const result = manifestSchema.safeParse(document);
  if (!result.success) invalid("The manifest is invalid.", z.prettifyError(result.error), result.error);
  const { files, circuit, setup } = result.data;
  const { provingKey, verificationKey, witnessCalculator, skeleton } = files;
  checkAllOrNothing({ circuit, setup, provingKey, verificationKey, witnessCalculator, skeleton });
  const manifest = result.data as ModelManifest;
  const { input, output, architecture } = manifest;
  const count = elementCount(input.shape);
  if (elementCount(architecture.inputShape) !== count) {
    invalid(
      `The manifest's input has ${count} elements.`,
      `Its architecture takes [${architecture.inputShape.join(", ")}].`,
    );
  }
  for (const [field, list] of Object.entries({ scale: input.scale, offset: input.offset, names: input.names })) {
    if (list === undefined || list.length === count || (list.length === 1 && field !== "names")) continue;
    invalid(
      `The manifest's input.${field} has ${list.length} entries.`,
      `Expected ${count}${field === "names" ? "" : ", or 1"}.`,
    );
  }
  if (input.names !== undefined && new Set(input.names).size !== count) {
    invalid("The manifest's input.names has a name twice.", "Expected different names.");
  }
  if (output.kind !== architecture.output.kind) {
    invalid(`The manifest's output is ${output.kind}.`, `Its architecture answers ${architecture.output.kind}.`);
  }
  const { outputWords } = publicWordsOf(manifest);
  if (outputWords > MAX_WORDS) {
    invalid(`The manifest's output takes ${outputWords} words.`, `Expected at most ${MAX_WORDS}.`);
  }
  return manifest;
}

/** A circuit without its key, or a key without a circuit, is a manifest that nobody can follow. */
function checkAllOrNothing(parts: Readonly<Record<string, unknown>>): void {
  const missing = Object.keys(parts).filter((part) => parts[part] === undefined);
  if (missing.length === 0 || missing.length === Object.keys(parts).length) return;
  invalid(
    `The manifest has parts of a circuit but no ${missing.join(", ")}.`,
    `Expected all of ${Object.keys(parts).join(", ")}, or none of them for a model without a circuit.`,
  );
}

/** dag-json has no undefined: an optional field that is absent is left out. */
function withoutUndefined<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutUndefined) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, withoutUndefined(field)])) as T;
}

function invalid(shortMessage: string, details: string, cause?: unknown): never {
  throw new VerimeshError(shortMessage, { code: "MANIFEST_INVALID", details, cause });
}
