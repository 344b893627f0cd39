/** What a compiled model costs and lost, as data, text, page and picture. */
export { estimateJobGas, type JobGas } from "./estimateJobGas.ts";
export { estimateKeyBytes, keyShapeOf, type KeyShape } from "./estimateKeyBytes.ts";
export { inspectModel, type InspectedLayer, type ModelInspection } from "./inspectModel.ts";
export type { LayerCost } from "./layerCosts.ts";
export {
  reportModel,
  type CandidateReport,
  type MeasuredProof,
  type ModelReport,
  type ReportOptions,
} from "./ModelReport.ts";
export { factsOf, sourcesOfFigures } from "./statements.ts";
export { layerTable, tradeTable, type ReportTable } from "./tables.ts";
export { countText, percentText, printable, shapeText } from "./text.ts";
export { writeReportHtml } from "./writeReportHtml.ts";
export { writeReportSvg } from "./writeReportSvg.ts";
