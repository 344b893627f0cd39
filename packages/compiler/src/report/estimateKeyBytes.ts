import { circuitLayout, elementCount, isLinear, nodeShapes, type IntegerModel } from "@verimesh/core";
import { chainCost } from "../quantize/estimate/commitmentCost.ts";
import { estimateConstraints, type ConstraintEstimate } from "../quantize/estimate/estimateConstraints.ts";

const G1_BYTES = 64;
const G2_BYTES = 128;
const ENTRY_BYTES = 44;
/** Header, α, β, γ, δ and the table of sections. */
const FIXED_BYTES = 1000;
/** What one constraint puts into A and B: a bit times itself less one, a product. Of Poseidon: its full mixing. */
const ENTRIES = 5;
const ENTRIES_OF_POSEIDON = 25;
const INPUT_BITS = 8;

/** What decides on the size of a key, and does not change with the bits of weights and values. */
export interface KeyShape {
  /** Linked rows: they have entries in C alone, which no key holds, and no wire of their own. */
  readonly rows: number;
  /** Constraints of Poseidon, of commitments to input and output. */
  readonly poseidon: number;
  readonly publicSignals: number;
}

export function keyShapeOf(model: IntegerModel, estimate: ConstraintEstimate = estimateConstraints(model)): KeyShape {
  const { outputWords, inputWords, inputBinding, outputBinding } = circuitLayout(model);
  const shapes = nodeShapes(model);
  const rows = model.nodes.reduce((sum, node, k) => sum + (isLinear(node) ? elementCount(shapes[k + 1]!) : 0), 0);
  const ofInput = Math.max(0, estimate.input - INPUT_BITS * elementCount(model.inputShape));
  return {
    rows,
    poseidon: (inputBinding === "poseidon" ? ofInput : 0) + (outputBinding === "poseidon" ? chainCost(2) : 0),
    publicSignals: outputWords + inputWords + 1,
  };
}

/**
 * Bytes of the proving key (.zkey) of a circuit with so many constraints, without making it:
 * `320 · wires + 64 · domain + 44 · entries`, where a wire has a point in A, B₁ and C and one in G2, the domain is the
 * power of two above the constraints, and an entry is a coefficient of A or B. Wires and entries are estimated: a wire
 * for each constraint that is not a linked row, five entries for it, 25 where it is Poseidon's. Tests compare with keys.
 */
export function estimateKeyBytes(constraints: number, { rows, poseidon, publicSignals }: KeyShape): number {
  const wires = constraints - rows;
  const domain = 2 ** (Math.floor(Math.log2(constraints + publicSignals)) + 1);
  const entries = ENTRIES * (wires - poseidon) + ENTRIES_OF_POSEIDON * poseidon;
  return FIXED_BYTES + (3 * G1_BYTES + G2_BYTES) * wires + G1_BYTES * domain + ENTRY_BYTES * entries;
}
