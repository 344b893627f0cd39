import { VerimeshError } from "@verimesh/core";
import type { Model } from "@verimesh/sdk";
import { type Context, openStore, type Reader } from "./Context.ts";

/** The content store, or undefined if no gateway is known. */
export function optionalStore(context: Context) {
  return context.settings.gatewayUrl === undefined ? undefined : openStore(context);
}

/**
 * A model by its id, or by its name if only one has it.
 *
 * @throws VerimeshError MODEL_NOT_FOUND, MODEL_AMBIGUOUS, or ModelUnknown of the registry
 */
export async function findModel(
  { client }: Pick<Reader, "client">,
  nameOrId: string,
  signal: AbortSignal,
): Promise<Model> {
  if (/^\d{1,18}$/.test(nameOrId)) return client.getModel({ modelId: BigInt(nameOrId), signal });
  const models = await client.getModels({ signal, limit: 1000 });
  const found = models.filter(({ name }) => name.toLowerCase() === nameOrId.toLowerCase());
  if (found.length === 1) return found[0] as Model;
  if (found.length > 1) {
    throw new VerimeshError(`${found.length} models are named "${nameOrId}".`, {
      code: "MODEL_AMBIGUOUS",
      details: `Pass one of their ids: ${found.map(({ modelId }) => modelId).join(", ")}.`,
    });
  }
  const names = models.slice(0, 20).map(({ modelId, name }) => `${modelId} ${name}`);
  throw new VerimeshError(`There is no model "${nameOrId}".`, {
    code: "MODEL_NOT_FOUND",
    details: names.length > 0 ? `There are: ${names.join(", ")}.` : "No model is registered.",
  });
}
