import type { LayerCost } from "./layerCosts.ts";
import type { ModelReport } from "./ModelReport.ts";
import { bitsText, bytesText, countText, percentText, printable, secondsText, shapeText } from "./text.ts";

/** Rows of printable text: terminal and page show the same. */
export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One row for each circuit that could be had. */
export function tradeTable({ candidates, accuracy }: ModelReport): ReportTable {
  return {
    head: ["", "weight bits", "value bits", "float", "integer", "constraints", "key", "proof", "settlement gas"],
    rows: candidates.map((candidate) => [
      candidate.isChosen ? "chosen" : "",
      bitsText(candidate.weightBits),
      bitsText(candidate.activationBits),
      percentText(accuracy.float),
      candidate.accuracy === null ? "not measured" : percentText(candidate.accuracy),
      countText(candidate.constraints),
      bytesText(candidate.keyBytes),
      candidate.proveSeconds === null ? "not measured" : secondsText(candidate.proveSeconds),
      countText(candidate.settleGas),
    ]),
  };
}

/** One row for each part of the circuit. */
export function layerTable(layers: readonly LayerCost[]): ReportTable {
  return {
    head: ["layer", "kind", "shape", "value bits", "weight bits", "constraints", "share"],
    rows: layers.map((layer) => [
      printable(layer.name),
      layer.kind,
      shapeText(layer.shape),
      String(layer.valueBits),
      layer.weightBits === null ? "" : String(layer.weightBits),
      countText(layer.constraints),
      `${(100 * layer.share).toFixed(1)} %`,
    ]),
  };
}
