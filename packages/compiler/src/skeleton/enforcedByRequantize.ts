import { isNonLinear, type IntegerModel, type Source } from "@verimesh/core";
import { coarseInterval, enforcedBits } from "./coarseInterval.ts";
import type { Elements } from "./Elements.ts";

/** Per wire that a requantize node decomposes, the bits of the interval that this confines its value to. */
export function enforcedByRequantize(
  model: IntegerModel,
  elements: (source: Source) => Elements,
): ReadonlyMap<number, number> {
  const enforced = new Map<number, number>();
  for (const node of model.nodes) {
    if (!isNonLinear(node) || node.kind !== "requantize") continue;
    const source = elements(node.source);
    for (let index = 0; index < source.length; index++) {
      if (source.constant(index) !== null) continue;
      const shift = node.shifts[index % node.shifts.length]!;
      const coarse = coarseInterval(source.interval(index), shift, node.lo, node.hi);
      const bits = enforcedBits(coarse, shift, node.lo, node.hi);
      const wire = source.wire(index);
      if (bits !== null) enforced.set(wire, Math.min(bits, enforced.get(wire) ?? Infinity));
    }
  }
  return enforced;
}
