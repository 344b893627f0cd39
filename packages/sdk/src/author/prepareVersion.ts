import { verifierRegistryAbi } from "@verimesh/abi";
import { type ModelManifest, serializeManifest, VerimeshError } from "@verimesh/core";
import { CID } from "multiformats/cid";
import type { Address, Hex } from "viem";
import { getChainId } from "viem/actions";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { write } from "../client/write.ts";
import type { ContentSink } from "../content.ts";

export interface VersionParameters extends WriteOptions {
  readonly manifest: ModelManifest;
  /** The key as the contracts take it: `encodeVerificationKey` of `@verimesh/core`. */
  readonly verificationKey: Hex;
  /** Where the manifest is published, and its files are already. */
  readonly store: ContentSink & {
    has?(cid: CID, options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  };
  /** Allows a dev set-up, whose maker can forge proofs, on a chain that is not local. Default false. */
  readonly allowInsecureSetup?: boolean | undefined;
}

export interface PublishedVersion {
  readonly manifestCid: CID;
  readonly verifier: Address;
}

const LOCAL_CHAINS = [1337, 31337];

/** What a new model and a new version have in common: all that comes before the registry's own transaction. */
export async function prepareVersion(client: VerimeshClient, parameters: VersionParameters): Promise<PublishedVersion> {
  const { manifest, store, signal, deployment } = parameters;
  const chainId = await attempt(() => getChainId(client), signal);
  if (manifest.setup.kind === "insecure-dev" && !LOCAL_CHAINS.includes(chainId) && !parameters.allowInsecureSetup) {
    throw new VerimeshError("The model's key comes from a dev set-up, which is not safe outside local chains.", {
      code: "INSECURE_SETUP",
      details: "Whoever ran it can forge proofs. Run a ceremony, or pass allowInsecureSetup: true for a test network.",
    });
  }
  for (const [file, cid] of Object.entries(manifest.files)) {
    if (store.has === undefined || (await store.has(CID.parse(cid), { signal }))) continue;
    throw new VerimeshError(`The manifest's ${file} (${cid.toString()}) is not in the store.`, {
      code: "CONTENT_MISSING",
      details: "Store all files of the manifest first: no provider could run the model without them.",
    });
  }
  const { verificationKey } = parameters;
  const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = await read(client, { ...registry, functionName: "GROTH16_BN254" }, signal);
  const args = [proofSystem, verificationKey] as const;
  const verifier = await read(client, { ...registry, functionName: "predictVerifier", args }, signal);
  const deployed = await read(client, { ...registry, functionName: "isVerifier", args: [verifier] }, signal);
  if (!deployed) await write(client, { ...registry, functionName: "deployVerifier", args }, parameters);
  const manifestCid = await store.put(serializeManifest(manifest), { signal, as: "dag-json" });
  return { manifestCid, verifier };
}
