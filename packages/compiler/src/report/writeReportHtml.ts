import type { ModelReport } from "./ModelReport.ts";
import { factsOf, sourcesOfFigures } from "./statements.ts";
import { layerTable, tradeTable, type ReportTable } from "./tables.ts";
import { escaped } from "./text.ts";
import { writeReportSvg } from "./writeReportSvg.ts";

const STYLE = `
body { font: 15px/1.5 sans-serif; color: #000; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #999; padding: .25rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #eee; }
.chosen td { font-weight: bold; }
svg { max-width: 100%; height: auto; }`;

/** The report as one page that needs nothing else: no script, no reference, and a policy that forbids both. */
export function writeReportHtml(report: ModelReport): string {
  const facts = Object.entries(factsOf(report)).map(
    ([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const description = report.description === "" ? "" : `<p>${escaped(report.description)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(report.name)}: model report</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escaped(report.name)}</h1>
${description}<table>
${facts.join("\n")}
</table>
<h2>What it costs and what it lost</h2>
${tableHtml(tradeTable(report))}
<ul>
${sourcesOfFigures(report)
  .map((text) => `<li>${escaped(text)}</li>`)
  .join("\n")}
</ul>
${writeReportSvg(report)}
<h2>Layers</h2>
<p>Every part of the circuit in order. Bits hold every value that any input can give. What only rearranges values costs
nothing and is left out; a layer with weights costs one linked row for each value.</p>
${tableHtml(layerTable(report.layers))}
</body>
</html>
`;
}

function tableHtml({ head, rows }: ReportTable): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escaped(cell)}</td>`).join("");
  const lines = rows.map((row) => `<tr${row[0] === "chosen" ? ' class="chosen"' : ""}>${cells(row)}</tr>`);
  return `<table>
<thead><tr>${head.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table>`;
}
