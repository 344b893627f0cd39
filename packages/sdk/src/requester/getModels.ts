import { modelRegistryAbi } from "@verimesh/abi";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getModel, type Model } from "./getModel.ts";

export interface GetModelsParameters extends ReadOptions {
  /** The first id. Default 1. */
  readonly fromModelId?: bigint | undefined;
  /** At most so many. Default 100. */
  readonly limit?: number | undefined;
}

/**
 * The registered models in order of their ids, a page at a time.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * for (const { modelId, name } of await getModels(client, { deployment })) console.log(modelId, name);
 */
export async function getModels(client: VerimeshClient, parameters: GetModelsParameters): Promise<Model[]> {
  const { deployment, fromModelId = 1n, limit = 100, signal } = parameters;
  const registry = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const count = await read(client, { ...registry, functionName: "modelCount" }, signal);
  const models: Model[] = [];
  for (let modelId = fromModelId; modelId <= count && models.length < limit; modelId++) {
    models.push(await getModel(client, { deployment, modelId, signal }));
  }
  return models;
}
