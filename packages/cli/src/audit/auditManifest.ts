import {
  checkManifestFits,
  type IntegerModel,
  isProvable,
  MAX_MANIFEST_BYTES,
  MODEL_LIMITS,
  type ModelManifest,
  parseManifest,
  parseModel,
  publicWordsOf,
  serializeManifest,
  serializeWeights,
} from "@verimesh/core";
import type { ModelVersion } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress } from "viem";
import { type AuditContext, fetchFile } from "./AuditContext.ts";
import { mismatch, requireEqual } from "./Findings.ts";

const MAX_WEIGHTS_BYTES = MODEL_LIMITS.weights + 8 * MODEL_LIMITS.accumulators;

/** The manifest under the registered CID, held against the registry. */
export async function auditManifest(
  context: AuditContext,
  record: { readonly name: string; readonly version: ModelVersion },
): Promise<ModelManifest | undefined> {
  const { findings } = context;
  const { version } = record;
  const manifest = await findings.derive("manifest", async () => {
    const bytes = await fetchFile(context, version.manifestCid.toString(), MAX_MANIFEST_BYTES);
    const parsed = parseManifest(bytes);
    if (!sameBytes(bytes, serializeManifest(parsed))) mismatch("it is not written as dag-json prescribes");
    return { value: parsed, detail: `${bytes.length.toLocaleString("en")} bytes, as its CID says` };
  });
  if (manifest === undefined) return undefined;
  await findings.check("manifest and registry", () => {
    requireEqual("its name", JSON.stringify(manifest.name), JSON.stringify(record.name));
    const words = publicWordsOf(manifest);
    requireEqual("the registry's number of output words", version.outputWords, words.outputWords);
    requireEqual("the registry's number of input words", version.inputWords, words.inputWords);
    const hasVerifier = !isAddressEqual(version.verifier, zeroAddress);
    if (isProvable(manifest) && !hasVerifier) mismatch("it states a circuit, and the registry names no verifier");
    if (!isProvable(manifest) && hasVerifier) mismatch("it states no circuit, and the registry names a verifier");
    return `${words.outputWords} output and ${words.inputWords} input words, the same name`;
  });
  return manifest;
}

/** The integer model: weights and architecture, with every bound proved again. */
export async function auditWeights(context: AuditContext, manifest: ModelManifest): Promise<IntegerModel | undefined> {
  const model = await context.findings.derive("weights", async () => {
    const bytes = await fetchFile(context, manifest.files.weights, MAX_WEIGHTS_BYTES);
    const parsed = parseModel(manifest.architecture, bytes);
    if (!sameBytes(bytes, serializeWeights(parsed).weights)) mismatch("the file has bytes that no tensor accounts for");
    return { value: parsed, detail: `${bytes.length.toLocaleString("en")} bytes; no accumulator can overflow` };
  });
  if (model === undefined) return undefined;
  await context.findings.check("encodings", () => {
    checkManifestFits(manifest, model);
    return `${manifest.output.kind} of ${manifest.output.length}, as the model has it`;
  });
  return model;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
}
