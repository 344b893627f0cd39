import type { OperatorReader } from "../OnnxCall.ts";
import { ACTIVATIONS } from "./activations.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { CLASSICAL } from "./classical.ts";
import { CONVOLUTIONS } from "./convolutions.ts";
import { ENDINGS } from "./endings.ts";
import { JOINS } from "./joins.ts";
import { LOOKUPS } from "./lookups.ts";
import { MATRICES } from "./matrices.ts";
import { NORMALIZATIONS } from "./normalizations.ts";
import { PARTS } from "./parts.ts";
import { POOLINGS } from "./poolings.ts";
import { REARRANGEMENTS } from "./rearrangements.ts";
import { REDUCTIONS } from "./reductions.ts";

const STANDARD: Readonly<Record<string, OperatorReader>> = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...CONVOLUTIONS,
  ...ENDINGS,
  ...JOINS,
  ...LOOKUPS,
  ...MATRICES,
  ...NORMALIZATIONS,
  ...PARTS,
  ...POOLINGS,
  ...REARRANGEMENTS,
  ...REDUCTIONS,
};

/** The operators that a graph may have, by name, of either domain. */
export const SUPPORTED_OPERATORS: readonly string[] = [...Object.keys(STANDARD), ...Object.keys(CLASSICAL)];

/** What comes nearest to an operator that is not supported. */
export const INSTEAD: Readonly<Record<string, string>> = {
  ConvTranspose: "Conv is supported, with strides, dilations and groups.",
  ConvInteger: "Export the float model: Verimesh quantizes it itself.",
  MatMulInteger: "Export the float model: Verimesh quantizes it itself.",
  QLinearConv: "Export the float model: Verimesh quantizes it itself.",
  QLinearMatMul: "Export the float model: Verimesh quantizes it itself.",
  QuantizeLinear: "Export the float model: Verimesh quantizes it itself.",
  DequantizeLinear: "Export the float model: Verimesh quantizes it itself.",
  DynamicQuantizeLinear: "Export the float model: Verimesh quantizes it itself.",
  LSTM: "Recurrent layers are not supported; attention and one-dimensional convolutions are.",
  GRU: "Recurrent layers are not supported; attention and one-dimensional convolutions are.",
  RNN: "Recurrent layers are not supported; attention and one-dimensional convolutions are.",
  If: "Export with fixed shapes, so that no branch is left.",
  Loop: "Export with fixed shapes, so that loops are unrolled.",
  Scan: "Export with fixed shapes, so that loops are unrolled.",
  InstanceNormalization: "BatchNormalization and LayerNormalization are supported.",
  GroupNormalization: "BatchNormalization and LayerNormalization are supported.",
  LpNormalization: "LayerNormalization is supported.",
  LRN: "BatchNormalization is supported.",
  Einsum: "Write it as MatMul and Transpose.",
  Resize: "Strided Conv and pooling are supported.",
  Upsample: "Strided Conv and pooling are supported.",
  Where: "With a constant mask, multiply by it and add what stands elsewhere.",
  Sin: "Positions are supported as constants (learned or computed before the export).",
  Cos: "Positions are supported as constants (learned or computed before the export).",
  SVMClassifier: "LinearClassifier and tree ensembles are supported.",
  SVMRegressor: "LinearRegressor and tree ensembles are supported.",
  OneHotEncoder: "Encode before the model, or use an embedding (Gather from a constant table).",
  LabelEncoder: "Encode before the model.",
  Imputer: "Fill missing values before the model.",
  TreeEnsemble: "Convert with target_opset {'ai.onnx.ml': 3}, as TreeEnsembleClassifier or TreeEnsembleRegressor.",
};

const STANDARD_DOMAINS = ["", "ai.onnx"];
export const CLASSICAL_DOMAIN = "ai.onnx.ml";

export function isKnownDomain(domain: string): boolean {
  return STANDARD_DOMAINS.includes(domain) || domain === CLASSICAL_DOMAIN;
}

/** ZipMap and Normalizer are of the classical domain; they stand with the endings. */
const CLASSICAL_ENDINGS = ["ZipMap", "Normalizer"];

/** How an operator is read, undefined if it is not supported. */
export function readerOf(domain: string, operator: string): OperatorReader | undefined {
  const isClassical = domain === CLASSICAL_DOMAIN;
  if (CLASSICAL_ENDINGS.includes(operator)) return isClassical ? STANDARD[operator] : undefined;
  const readers = isClassical ? CLASSICAL : STANDARD;
  return Object.hasOwn(readers, operator) ? readers[operator] : undefined;
}

/** The nearest that is supported. */
export function alternativeTo(operator: string): string {
  return Object.hasOwn(INSTEAD, operator)
    ? INSTEAD[operator]!
    : `Supported are ${Object.keys(STANDARD).sort().join(", ")}; of ${CLASSICAL_DOMAIN} ${Object.keys(CLASSICAL).sort().join(", ")}.`;
}
