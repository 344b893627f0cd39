import { type CircuitlessManifest, type ProvableManifest, serializeEvaluation, serializeWeights } from "@verimesh/core";
import type { ContentStore } from "@verimesh/storage";
import type { BundleFileName, BundleSource, ModelBundle } from "./buildBundle.ts";

/** Stores a bundle's files, and the transcript of its keys if there is one, and returns the manifest that names them. Storing the same bundle again changes nothing. */
export async function storeBundle(
  bundle: ModelBundle,
  store: ContentStore,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ProvableManifest> {
  const cids: Partial<Record<BundleFileName, string>> = {};
  for (const [name, bytes] of Object.entries(bundle.files) as [BundleFileName, Uint8Array][]) {
    cids[name] = (await store.put(bytes, options)).toString();
  }
  const transcript = bundle.transcript && (await store.put(bundle.transcript, options)).toString();
  return bundle.manifest(cids as ProvableManifest["files"], transcript);
}

/** Stores weights and held-out samples of a model without a circuit and returns its manifest. */
export async function storeWithoutCircuit(
  source: BundleSource,
  store: ContentStore,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CircuitlessManifest> {
  const { architecture, weights } = serializeWeights(source.model);
  const put = async (bytes: Uint8Array): Promise<string> => (await store.put(bytes, options)).toString();
  return {
    format: "verimesh-manifest/1",
    name: source.name,
    description: source.description,
    architecture,
    files: {
      weights: await put(weights),
      ...(source.evaluation && { evaluation: await put(serializeEvaluation(source.evaluation)) }),
    },
    accuracy: source.accuracy,
    input: source.inputEncoding,
    output: source.outputEncoding,
  };
}
