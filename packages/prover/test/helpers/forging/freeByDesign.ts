import { modR } from "../../../src/binary/fieldElements.ts";
import type { CircuitUnderTest } from "../CircuitUnderTest.ts";
import type { FreeWire } from "./freeWires.ts";

/**
 * Whether a wire may be this free in this witness. There are two such:
 *
 * - `Clamp`'s `factor`, where the quotient is in block 0 and nothing is clamped: `block · factor = y − lo − kept` then says
 *   y = lo + kept by itself, whatever the factor, and no other row has it. In any other block it has one value.
 * - `binding`, a public input that the computation does not use. `Keep` squares it, so its negative passes alone: a true
 *   statement about another job, and no proof of this one is a proof of that.
 */
export function isFreeByDesign(
  circuit: CircuitUnderTest,
  witness: readonly bigint[],
  { wire, other }: FreeWire,
): boolean {
  const name = circuit.nameOf(wire);
  if (/\.clamp\.factor$/.test(name)) return circuit.isTimesZero(witness, wire);
  return name === "binding" && circuit.isInput(wire) && other === modR(-witness[wire]!);
}

/** The wires of a forged witness that differ from the true one though they are not free by design, by name. */
export function forgedWires(
  circuit: CircuitUnderTest,
  witness: readonly bigint[],
  forged: readonly bigint[] | null,
): string[] {
  const changed = forged?.flatMap((other, wire) => (other === witness[wire] ? [] : [{ wire, other }])) ?? [];
  return changed.filter((wire) => !isFreeByDesign(circuit, witness, wire)).map(({ wire }) => circuit.nameOf(wire));
}
