import { verifierRegistryAbi } from "@verimesh/abi";
import { isProvable, type ModelManifest, serializeManifest, VerimeshError } from "@verimesh/core";
import { CID } from "multiformats/cid";
import { type Address, type Hex, zeroAddress } from "viem";
import { getChainId } from "viem/actions";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { write } from "../client/write.ts";
import type { ContentSink } from "../content.ts";

export interface VersionParameters extends WriteOptions {
  readonly manifest: ModelManifest;
  /** The key as the contracts take it: `encodeVerificationKey` of `@verimesh/core`. None for a model without a circuit. */
  readonly verificationKey?: Hex | undefined;
  /** Where the manifest is published, and its files are already. */
  readonly store: ContentSink & {
    has?(cid: CID, options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  };
  /** Allows a dev set-up, whose maker can forge proofs, on a chain that is not local. Default false. */
  readonly allowInsecureSetup?: boolean | undefined;
}

export interface PublishedVersion {
  readonly manifestCid: CID;
  /** The zero address for a model without a circuit: its answers are settled by quorum or challenge. */
  readonly verifier: Address;
}

const LOCAL_CHAINS = [1337, 31337];

/** What a new model and a new version have in common: all that comes before the registry's own transaction. */
export async function prepareVersion(client: VerimeshClient, parameters: VersionParameters): Promise<PublishedVersion> {
  const { manifest, store, signal } = parameters;
  const chainId = await attempt(() => getChainId(client), signal);
  if (manifest.setup?.kind === "insecure-dev" && !LOCAL_CHAINS.includes(chainId) && !parameters.allowInsecureSetup) {
    throw new VerimeshError("The model's key comes from a dev set-up, which is not safe outside local chains.", {
      code: "INSECURE_SETUP",
      details: "Whoever ran it can forge proofs. Run a ceremony, or pass allowInsecureSetup: true for a test network.",
    });
  }
  for (const [file, cid] of Object.entries(manifest.files)) {
    if (cid === undefined || store.has === undefined || (await store.has(CID.parse(cid), { signal }))) continue;
    throw new VerimeshError(`The manifest's ${file} (${cid}) is not in the store.`, {
      code: "CONTENT_MISSING",
      details: "Store all files of the manifest first: no provider could run the model without them.",
    });
  }
  const verifier = await deployVerifier(client, parameters);
  const manifestCid = await store.put(serializeManifest(manifest), { signal, as: "dag-json" });
  return { manifestCid, verifier };
}

/** The verifier of the key, deployed through the registry unless it is there. */
async function deployVerifier(client: VerimeshClient, parameters: VersionParameters): Promise<Address> {
  const { deployment, manifest, verificationKey, signal } = parameters;
  if ((verificationKey !== undefined) !== isProvable(manifest)) {
    throw new VerimeshError(
      verificationKey === undefined ? "There is no verification key." : "There is a verification key and no circuit.",
      {
        code: "MANIFEST_MISMATCH",
        details: "Pass `verificationKey` with a manifest that has a circuit, and none with one that has not.",
      },
    );
  }
  if (verificationKey === undefined) return zeroAddress;
  const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = await read(client, { ...registry, functionName: "GROTH16_BN254" }, signal);
  const args = [proofSystem, verificationKey] as const;
  const verifier = await read(client, { ...registry, functionName: "predictVerifier", args }, signal);
  const deployed = await read(client, { ...registry, functionName: "isVerifier", args: [verifier] }, signal);
  if (!deployed) await write(client, { ...registry, functionName: "deployVerifier", args }, parameters);
  return verifier;
}
