import type { ProvableManifest } from "@verimesh/core";
import type { ContentStore } from "@verimesh/storage";
import type { BundleFileName, ModelBundle } from "./buildBundle.ts";

/** Stores a bundle's files and returns the manifest that names them. Storing the same bundle again changes nothing. */
export async function storeBundle(
  bundle: ModelBundle,
  store: ContentStore,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ProvableManifest> {
  const cids: Partial<Record<BundleFileName, string>> = {};
  for (const [name, bytes] of Object.entries(bundle.files) as [BundleFileName, Uint8Array][]) {
    cids[name] = (await store.put(bytes, options)).toString();
  }
  return bundle.manifest(cids as Record<BundleFileName, string>);
}
