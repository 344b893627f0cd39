import { readModelFile } from "@verimesh/compiler/node";
import { countText, inspectModel, printable, shapeText } from "@verimesh/compiler/report";
import { VerimeshError } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import type { Context } from "../commands/Context.ts";
import { modelFileOf } from "./modelFileOf.ts";

/**
 * Shows what a model file holds. A layer that no circuit here computes is named with what to use instead, and the
 * command fails: reading stops there, so there may be more of them.
 *
 * @throws VerimeshError MODEL_FILE_INVALID and what else `readModelFile` throws, but LAYER_UNSUPPORTED
 */
export async function inspectModelFile({ out }: Context, path: string): Promise<boolean> {
  await loadBackend(["wasm", "cpu"]);
  let model;
  try {
    model = await readModelFile(await modelFileOf(path));
  } catch (error) {
    if (!(error instanceof VerimeshError) || error.code !== "LAYER_UNSUPPORTED") throw error;
    const unsupported = { what: printable(error.shortMessage), instead: printable(error.details ?? "") };
    out.facts({ Unsupported: unsupported.what, Instead: unsupported.instead });
    out.line("This is the first one; there may be more.");
    out.result({ supported: false, unsupported });
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
