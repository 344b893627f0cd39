import type { IntegerModel, ModelBounds, Shape } from "@verimesh/core";
import { coarseInterval, enforcedBits } from "../../skeleton/coarseInterval.ts";
import { packedTogether } from "../../skeleton/confinedBits.ts";

/** Bits of a sum that two digits of one field element can have at most. */
const WIDEST_DIGIT = packedTogether(1) / 2;

type WiresOf = (source: number) => { readonly wires: Int32Array };

/** Per wire the bits that a rescaling confines it to, as the skeleton's `enforcedByRequantize`. */
export function confinement(
  { nodes }: IntegerModel,
  bounds: ModelBounds,
  wiresOf: WiresOf,
): ReadonlyMap<number, number> {
  const confined = new Map<number, number>();
  for (const node of nodes) {
    if (node.kind !== "requantize") continue;
    const { lo, hi } = bounds.values[node.source]!;
    wiresOf(node.source).wires.forEach((wire, i) => {
      if (wire === 0) return;
      const shift = node.shifts[i % node.shifts.length]!;
      const interval = { lo: lo[i % lo.length]!, hi: hi[i % hi.length]! };
      const bits = enforcedBits(coarseInterval(interval, shift, node.lo, node.hi), shift, node.lo, node.hi);
      if (bits !== null) confined.set(wire, Math.min(bits, confined.get(wire) ?? Infinity));
    });
  }
  return confined;
}

/** Constraints of elementwise products: those of one factor share one where later rescalings confine them. */
export function multiplyCost(
  left: Int32Array,
  right: Int32Array,
  values: Int32Array,
  confined: ReadonlyMap<number, number>,
): number {
  const uses = new Map<number, number>();
  const isAlone = (i: number) => left[i] === 0 || right[i] === 0 || left[i] === right[i];
  for (let i = 0; i < values.length; i++) {
    if (left[i] === right[i]) continue;
    for (const wire of [left[i]!, right[i]!]) uses.set(wire, (uses.get(wire) ?? 0) + 1);
  }
  const groups = new Map<number, number[]>();
  let cost = 0;
  for (let i = 0; i < values.length; i++) {
    if (isAlone(i)) {
      cost++;
      continue;
    }
    const factor = uses.get(left[i]!)! > uses.get(right[i]!)! ? left[i]! : right[i]!;
    const group = groups.get(factor);
    if (group === undefined) groups.set(factor, [values[i]!]);
    else group.push(values[i]!);
  }
  for (const group of groups.values()) cost += Math.ceil(group.length / togetherOf(group, confined));
  return cost;
}

/** Constraints of matrix products: rows or columns of the result share them where later rescalings confine them. */
export function matMulCost(
  [a, b]: readonly [Shape, Shape],
  hasConstants: boolean,
  values: Int32Array,
  confined: ReadonlyMap<number, number>,
): number {
  const [m, k, n] = [a.at(-2)!, a.at(-1)!, b.at(-1)!];
  const together = hasConstants ? 1 : togetherOf(values, confined);
  const columns = Math.min(Math.ceil(m / together) * n, Math.ceil(n / together) * m);
  return (values.length / (m * n)) * columns * k;
}

function togetherOf(wires: ArrayLike<number>, confined: ReadonlyMap<number, number>): number {
  let bits = 1;
  for (let i = 0; i < wires.length; i++) bits = Math.max(bits, confined.get(wires[i]!) ?? Infinity);
  return bits <= WIDEST_DIGIT ? packedTogether(bits) : 1;
}
