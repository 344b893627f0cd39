import { modelRegistryAbi } from "@verimesh/abi";
import type { CID } from "multiformats/cid";
import type { Address } from "viem";
import { cidFromHex } from "../cid.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetModelParameters extends ReadOptions {
  readonly modelId: bigint;
  /** Reads at most so many versions, the newest: an author may publish any number. Default 20. */
  readonly maxVersions?: number | undefined;
}

export interface ModelVersion {
  /** From 1. */
  readonly version: bigint;
  /** The zero address for a version without a circuit: its answers cannot be proven. */
  readonly verifier: Address;
  readonly outputWords: number;
  readonly inputWords: number;
  readonly deprecated: boolean;
  readonly manifestCid: CID;
}

export interface Model {
  readonly modelId: bigint;
  /** Without control characters: its author chose it, and it ends up in terminals and pages. */
  readonly name: string;
  /** Holds the token: receives the royalties and may publish versions. */
  readonly holder: Address;
  /** The holder's share of a job's fee, 0 to 10,000. */
  readonly royaltyBps: bigint;
  /** Oldest first. A version whose CID cannot be read is left out: nobody can run it. */
  readonly versions: readonly ModelVersion[];
  /** The newest version that takes jobs. */
  readonly latestVersion: bigint | undefined;
}

/**
 * A model as the registry holds it.
 * @throws VerimeshError `ModelUnknown`, `RPC_UNREACHABLE`
 * @example
 * const { name, latestVersion } = await getModel(client, { deployment, modelId: 1n });
 */
export async function getModel(client: VerimeshClient, parameters: GetModelParameters): Promise<Model> {
  const { deployment, modelId, maxVersions = 20, signal } = parameters;
  const registry = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const args = [modelId] as const;
  const [rawName, royaltyBps, count] = await Promise.all([
    read(client, { ...registry, functionName: "nameOf", args }, signal),
    read(client, { ...registry, functionName: "royaltyBpsOf", args }, signal),
    read(client, { ...registry, functionName: "versionCount", args }, signal),
  ]);
  // Not beside them: it refuses a model that is not there as a token that is not.
  const holder = await read(client, { ...registry, functionName: "ownerOf", args }, signal);
  const name = rawName.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  const versions: ModelVersion[] = [];
  const oldest = count > BigInt(maxVersions) ? count - BigInt(maxVersions) + 1n : 1n;
  for (let version = oldest; version <= count; version++) {
    const entry = await read(client, { ...registry, functionName: "versionOf", args: [modelId, version] }, signal);
    const manifestCid = readableCid(entry.manifestCid);
    if (manifestCid !== undefined) versions.push({ ...entry, version, manifestCid });
  }
  const latestVersion = versions.findLast(({ deprecated }) => !deprecated)?.version;
  return { modelId, name, holder, royaltyBps, versions, latestVersion };
}

function readableCid(hex: `0x${string}`): CID | undefined {
  try {
    return cidFromHex(hex);
  } catch {
    return undefined;
  }
}
