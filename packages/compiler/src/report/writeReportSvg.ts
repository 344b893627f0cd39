import { layerChart } from "./layerChart.ts";
import type { ModelReport } from "./ModelReport.ts";
import { element, label } from "./svg.ts";
import { tradeChart } from "./tradeChart.ts";
import { shortened } from "./text.ts";

const WIDTH = 680;
const TITLE = 34;
const TRADE = 360;

/** The report's picture: a document of its own, without scripts and references, readable without colour. */
export function writeReportSvg(report: ModelReport): string {
  const layers = layerChart(report.layers);
  const height = TITLE + TRADE + layers.height;
  const content = [
    element("rect", { width: WIDTH, height, fill: "#fff" }),
    label(20, 26, shortened(report.name, 60), { "font-size": 18, "font-weight": "bold" }),
    element("g", { transform: `translate(0 ${TITLE})` }, `\n${tradeChart(report)}\n`),
    element("g", { transform: `translate(0 ${TITLE + TRADE})` }, `\n${layers.content}\n`),
  ].join("\n");
  return `${element(
    "svg",
    {
      ...{ xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
      ...{ role: "img", "aria-label": `Accuracy, constraints and layers of ${report.name}` },
      ...{ "font-family": "sans-serif", "font-size": 12 },
    },
    `\n${content}\n`,
  )}\n`;
}
