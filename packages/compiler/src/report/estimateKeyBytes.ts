import {
  circuitLayout,
  elementCount,
  isLinear,
  nodeShapes,
  outputPackingOf,
  outputWordCount,
  packedWordCount,
  type IntegerModel,
} from "@verimesh/core";
import { chainCost } from "../quantize/estimate/commitmentCost.ts";

const G1_BYTES = 64;
const G2_BYTES = 128;
const ENTRY_BYTES = 44;
/** Header, α, β, γ, δ and the table of sections. */
const FIXED_BYTES = 1000;
/** What one constraint puts into A and B: a bit times itself less one, a product. */
const ENTRIES = 5;
/** Inputs of one Poseidon in a chain; all but the first of a chain take the one before. */
const WIDEST = 16;

/** What decides on the size of a key, and does not change with the bits of weights and values. */
export interface KeyShape {
  /** Linked rows: they have entries in C alone, which no key holds, and no wire of their own. */
  readonly rows: number;
  /** Of the commitments to input and output. */
  readonly commitments: { readonly constraints: number; readonly entries: number };
  readonly publicSignals: number;
}

export function keyShapeOf(model: IntegerModel): KeyShape {
  const { outputWords, inputWords, inputBinding, outputBinding } = circuitLayout(model);
  const shapes = nodeShapes(model);
  const hashes: number[] = [];
  const salt = model.hides === "nothing" ? 0 : 1;
  if (inputBinding === "poseidon") hashes.push(...chain(packedWordCount(elementCount(model.inputShape)) + salt));
  if (outputBinding === "poseidon") hashes.push(2, ...chain(outputWordCount(outputPackingOf(model)) + 1));
  const sum = (of: (inputs: number) => number) => hashes.reduce((total, inputs) => total + of(inputs), 0);
  return {
    rows: model.nodes.reduce((rows, node, k) => rows + (isLinear(node) ? elementCount(shapes[k + 1]!) : 0), 0),
    commitments: { constraints: sum(chainCost), entries: sum(poseidonEntries) },
    publicSignals: outputWords + inputWords + 1,
  };
}

/**
 * Bytes of the proving key (.zkey) of a circuit with so many constraints, without making it:
 * `320 · wires + 64 · domain + 44 · entries`, where a wire has a point in A, B₁ and C and one in G2, the domain is the
 * power of two above the constraints, and an entry is a coefficient of A or B. Wires and entries are estimated: a wire
 * for each constraint that is not a linked row and five entries for it, or Poseidon's. Tests compare with keys.
 */
export function estimateKeyBytes(constraints: number, { rows, commitments, publicSignals }: KeyShape): number {
  const wires = constraints - rows;
  const domain = 2 ** (Math.floor(Math.log2(constraints + publicSignals)) + 1);
  const entries = ENTRIES * (wires - commitments.constraints) + commitments.entries;
  return FIXED_BYTES + (3 * G1_BYTES + G2_BYTES) * wires + G1_BYTES * domain + ENTRY_BYTES * entries;
}

/** Inputs of each Poseidon of `PoseidonChain(words)`. */
function chain(words: number): number[] {
  const inputs = [Math.min(words, WIDEST)];
  for (let next = WIDEST; next < words; next += WIDEST - 1) inputs.push(Math.min(words - next, WIDEST - 1) + 1);
  return inputs;
}

/** Measured on circom's own output: up to three inputs its rounds stay short, beyond that they are mixed in full. */
function poseidonEntries(inputs: number): number {
  return Math.round(chainCost(inputs) * (inputs <= 3 ? inputs + 2 : 24));
}
