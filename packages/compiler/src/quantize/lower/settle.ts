import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";

/** Carries out a rescaling that is still to come. A step that no sum can leave is left out. */
export function settled(context: Lowering, name: string, encoded: Encoded): Encoded {
  const { pending, ...rest } = encoded;
  if (pending === undefined) return encoded;
  const { lo, hi } = context.builder.hullOf(encoded.source);
  if (pending.shifts.every((shift) => shift === 0) && lo >= pending.lo && hi <= pending.hi) return rest;
  const { shifts, isClip = false } = pending;
  const draft = { kind: "requantize", source: encoded.source, shifts, lo: pending.lo, hi: pending.hi } as const;
  const source = context.builder.append(`${name} rescaled`, draft);
  if (!isClip) context.openable.add(context.builder.nodeOf(source)!.name);
  return { ...rest, source };
}
