import { readModelFile, unsupportedLayers } from "@verimesh/compiler/node";
import { countText, inspectModel, printable, shapeText } from "@verimesh/compiler/report";
import { VerimeshError } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import type { Context } from "../commands/Context.ts";
import { modelFileOf } from "./modelFileOf.ts";

/**
 * Shows what a model file holds. All layers whose kind no circuit here computes are named with what to use instead, and
 * the command fails. So it does for one of a supported kind with an option that is not, which is named alone.
 *
 * @throws VerimeshError MODEL_FILE_INVALID and what else `readModelFile` throws, but LAYER_UNSUPPORTED
 */
export async function inspectModelFile({ out }: Context, path: string): Promise<boolean> {
  await loadBackend(["wasm", "cpu"]);
  const file = await modelFileOf(path);
  let model;
  try {
    model = await readModelFile(file);
  } catch (error) {
    if (!(error instanceof VerimeshError) || error.code !== "LAYER_UNSUPPORTED") throw error;
    await refuseLayers(out, file, error);
    return false;
  }
  const inspection = inspectModel(model);
  const { format, inputShape, scores, droppedActivation, parameters, layers } = inspection;
  out.facts({
    Format: format,
    Input: shapeText(inputShape),
    Scores: scores,
    Parameters: countText(parameters),
    "Left out": droppedActivation === "linear" ? undefined : `${droppedActivation} at the end: the order stays`,
  });
  out.table(
    ["layer", "kind", "shape", "parameters"],
    layers.map((layer) => [layer.name, layer.kind, shapeText(layer.shape), countText(layer.parameters)]),
  );
  out.line("Every layer has a circuit. Whether its numbers fit is seen when it is compiled with data.");
  out.result({ supported: true, ...inspection });
  return true;
}

/** @param error what stopped the reading: that of the first such layer, or an option's */
async function refuseLayers(out: Context["out"], file: string, error: VerimeshError): Promise<void> {
  const layers = await unsupportedLayers(file);
  const unsupported = layers.map(({ name, kind, instead }) => ({
    ...{ what: `${printable(name)} (${printable(kind)})`, instead: printable(instead) },
  }));
  if (unsupported.length === 0) {
    unsupported.push({ what: printable(error.shortMessage), instead: printable(error.details ?? "") });
  }
  for (const { what, instead } of unsupported) out.facts({ Unsupported: what, Instead: instead });
  out.line(
    layers.length === 0
      ? "This is the first one that is refused; there may be more."
      : "These are all layers of a kind that is not supported; options are seen when the rest is read.",
  );
  out.result({ supported: false, unsupported });
}
