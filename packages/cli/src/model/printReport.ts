import { factsOf, layerTable, type ModelReport, sourcesOfFigures, tradeTable } from "@verimesh/compiler/report";
import type { Output } from "../output/Output.ts";

/** Layers that a terminal shows; the page has all of them. */
const SHOWN = 24;

/** Prints a report: facts, the trade, the layers that cost most in their order, and where the figures come from. */
export function printReport(out: Output, report: ModelReport, files: Readonly<Record<string, string>>): void {
  out.facts(factsOf(report));
  out.line();
  const trade = tradeTable(report);
  out.table(trade.head, trade.rows);
  const ranked = report.layers.toSorted((a, b) => b.constraints - a.constraints).slice(0, SHOWN);
  const layers = layerTable(report.layers.filter((layer) => ranked.includes(layer)));
  out.table(layers.head, layers.rows);
  const left = report.layers.length - ranked.length;
  if (left > 0) out.line(`${left} more layers, none dearer than these: see the report.`);
  for (const text of sourcesOfFigures(report)) out.line(text);
  out.line();
  out.facts({ Report: files["report"], Picture: files["picture"] });
  out.result({ ...report, files });
}
