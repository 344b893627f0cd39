import { type CircuitLayout, VerimeshError } from "@verimesh/core";
import { readR1cs } from "../r1cs/readR1cs.ts";

/**
 * Checks that every private input has the wire that weights will be linked to. circom's simplification may merge or drop
 * a private input; were that to happen unseen, a weight would be linked to another wire.
 *
 * @param circuit what circom made: the constraint system and its symbol file (label, wire, component, name)
 * @throws VerimeshError LAYOUT_MISMATCH naming the first signal that is elsewhere
 */
export function checkLayout(
  circuit: { readonly r1cs: Uint8Array; readonly symbols: string },
  layout: CircuitLayout,
): void {
  const r1cs = readR1cs(circuit.r1cs);
  const declared = layout.privateSignals.reduce((sum, { length }) => sum + length, 0);
  expectEqual("output words", r1cs.publicOutputs, layout.outputWords);
  expectEqual("public inputs, binding included", r1cs.publicInputs, layout.inputWords + 1);
  expectEqual("private inputs", r1cs.privateInputs, declared);

  const wires = new Map<string, number>();
  for (const line of circuit.symbols.split("\n")) {
    const match = /^\d+,(-?\d+),\d+,main\.(\w+(?:\[\d+\])?)$/.exec(line);
    if (match !== null) wires.set(match[2]!, Number(match[1]));
  }
  for (const { name, length, firstWire } of layout.privateSignals) {
    for (let i = 0; i < length; i++) expectEqual(`wire of ${name}[${i}]`, wires.get(`${name}[${i}]`), firstWire + i);
  }
}

function expectEqual(what: string, actual: number | undefined, expected: number): void {
  if (actual === expected) return;
  throw new VerimeshError(`The compiled circuit does not have the layout of its model: ${what}.`, {
    code: "LAYOUT_MISMATCH",
    details: `Expected ${expected}, found ${actual === -1 ? "none: circom simplified it away" : (actual ?? "none")}.`,
  });
}
