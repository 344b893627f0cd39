import {
  circuitLayout,
  type CircuitLayout,
  type IntegerModel,
  isLinear,
  linearConstraints,
  VerimeshError,
} from "@verimesh/core";
import { forEachTerm } from "../r1cs/forEachTerm.ts";
import { publicSignalCount, readR1cs, type R1cs } from "../r1cs/readR1cs.ts";
import { linkRows } from "./linkWeights.ts";

/**
 * Links a model's weights to its compiled skeleton, and refuses a result in which a value would be the prover's to choose:
 * each value of a linear node must be linked, each other value must be in a constraint of the skeleton. That this
 * constraint leaves one value only is the templates' part: an auditor generates the skeleton again.
 *
 * @param skeleton .r1cs bytes as circom writes them, of `generateSkeleton(model)`
 * @param layout `circuitLayout(model)`
 * @returns the linked .r1cs
 * @throws VerimeshError LINK_INVALID naming the value; R1CS_INVALID for a malformed skeleton
 */
export function linkModel(
  skeleton: Uint8Array,
  model: IntegerModel,
  layout: CircuitLayout = circuitLayout(model),
): Uint8Array {
  const r1cs = readR1cs(skeleton);
  checkPrivateInputs(r1cs, layout);
  const { r1cs: linked, isLinked } = linkRows(skeleton, linearConstraints(model, layout));
  const isConstrained = constrainedWires(r1cs);
  for (const { name, length, firstWire } of layout.privateSignals) {
    const source = /^v_(\d+)$/.exec(name);
    const mustBeLinked = source !== null && isLinear(model.nodes[Number(source[1]) - 1]!);
    for (let i = 0; i < length; i++) {
      const wire = firstWire + i;
      if (mustBeLinked && isLinked[wire] === 0) refuse(`${name}[${i}] (wire ${wire}) is linear but not linked`);
      if (!mustBeLinked && isLinked[wire] !== 0) refuse(`${name}[${i}] (wire ${wire}) is not linear but linked`);
      if (!mustBeLinked && isConstrained[wire] === 0) {
        refuse(`${name}[${i}] (wire ${wire}) is in no constraint of the skeleton`);
      }
    }
  }
  return linked;
}

function checkPrivateInputs(r1cs: R1cs, { privateSignals }: CircuitLayout): void {
  const first = 1 + publicSignalCount(r1cs);
  const declared = privateSignals.reduce((sum, signal) => sum + signal.length, 0);
  if (privateSignals[0]?.firstWire !== first || declared !== r1cs.privateInputs) {
    refuse(`the layout has ${declared} private inputs; the skeleton has ${r1cs.privateInputs} from wire ${first}`);
  }
}

/** By wire: whether it is in a constraint. */
function constrainedWires(r1cs: R1cs): Uint8Array {
  const wires = new Uint8Array(r1cs.wires);
  forEachTerm(r1cs, (_matrix, _row, wire) => {
    wires[wire] = 1;
  });
  return wires;
}

function refuse(what: string): never {
  throw new VerimeshError(`The model cannot be linked to this skeleton: ${what}.`, {
    code: "LINK_INVALID",
    details: "A value that nothing ties would be the prover's to choose. Expected the skeleton of this very model.",
  });
}
