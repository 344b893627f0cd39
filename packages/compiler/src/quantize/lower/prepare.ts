import { channelBounds, type Source } from "@verimesh/core";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { isUniform, largestOf, shortened, uniform, zip, type Periodic } from "../periodic.ts";
import { impossible } from "../refuse.ts";

/** What a recipe asks of the integers that it reads. */
export interface Demands {
  /** One scale for all elements, or one per channel. */
  readonly scale?: "uniform" | "channels";
  /** Offset 0, one for all elements, or one per channel. */
  readonly offset?: "zero" | "uniform" | "channels";
  /** Largest magnitude that an integer may have. */
  readonly magnitude?: number;
}

/**
 * The value as it is where it meets the demands. Where only its offsets do not, they are added as integers, which costs no
 * constraint; else it is rescaled to 8 bits of the range that it has for any input.
 */
export function prepared(context: Lowering, name: string, encoded: Encoded, demands: Demands): Encoded {
  const { builder } = context;
  const [scale, offset] = [shortened(encoded.scale, encoded.shape), shortened(encoded.offset, encoded.shape)];
  const bounds = builder.hullOf(encoded.source);
  const magnitude = Math.max(Math.abs(bounds.lo), Math.abs(bounds.hi));
  const fitsScale = fits(scale, demands.scale, encoded);
  const fitsOffset = fits(offset, demands.offset, encoded);
  const fitsMagnitude = magnitude <= (demands.magnitude ?? Infinity);
  if (fitsScale && fitsOffset && fitsMagnitude) return { ...encoded, scale, offset };
  if (fitsScale && fitsMagnitude) {
    const moved = withoutOffset(context, name, { ...encoded, scale, offset });
    const hull = builder.hullOf(moved.source);
    if (Math.max(Math.abs(hull.lo), Math.abs(hull.hi)) <= (demands.magnitude ?? Infinity)) return moved;
  }
  return rescaled(context, name, { ...encoded, scale, offset });
}

function fits(list: Periodic, demand: Demands["scale"] | Demands["offset"], { shape }: Encoded): boolean {
  if (demand === undefined) return true;
  if (demand === "zero") return list.every((value) => value === 0);
  return isUniform(list) || (demand === "channels" && list.length === shape.at(-1));
}

/** Adds the offsets as integers; with steps twice as fine where there is room, so that they round less. */
function withoutOffset(context: Lowering, name: string, { source, shape, scale, offset }: Encoded): Encoded {
  const bounds = context.builder.hullOf(source);
  const gain = Math.max(Math.abs(bounds.lo), Math.abs(bounds.hi)) <= 128 ? 2 : 1;
  const bias = zip((real, step) => Math.round((real * gain) / step), offset, scale);
  if (largestOf(bias.map(Math.abs)) >= 2 ** 22) {
    impossible(`"${name}" reads values far from 0 with too fine a scale.`, "Normalize them before.");
  }
  const moved = context.builder.append(`${name} offset`, {
    kind: "combine",
    sources: [source],
    multipliers: [Int32Array.of(gain)],
    bias: Int32Array.from(bias),
  });
  return { source: moved, shape, scale: scale.map((step) => step / gain), offset: uniform(0) };
}

/** Brings every element to 8 bits of one scale, by what the value can be at most. */
function rescaled(context: Lowering, name: string, { source, shape, scale, offset }: Encoded): Encoded {
  const { lo, hi } = context.builder.boundsOf(source);
  const ends = [zip(realOf, lo, scale, offset), zip(realOf, hi, scale, offset)];
  const most = Math.max(...ends.map((list) => largestOf(list.map(Math.abs))), 1e-30);
  const step = most / 127;
  // The largest shift whose multipliers stay below 2^8 and whose sums stay exact.
  const [finest, widest] = [largestOf(scale), Math.max(...context.builder.boundsOf(source).hi.map(Math.abs), 1)];
  let shift = 12;
  while (shift > 0 && ((finest / step) * 2 ** shift > 255 || (finest / step) * 2 ** shift * widest > 2 ** 22)) shift--;
  const factor = 2 ** shift / step;
  const sums = context.builder.append(`${name} common scale`, {
    kind: "combine",
    sources: [source],
    multipliers: [Int32Array.from(scale, (value) => Math.round(value * factor))],
    bias: Int32Array.from(offset, (value) => Math.round(value * factor)),
  });
  const result = context.builder.append(`${name} 8 bits`, {
    kind: "requantize",
    source: sums,
    shifts: [shift],
    lo: -128,
    hi: 127,
  });
  return { source: result, shape, scale: uniform(step), offset: uniform(0) };
}

function realOf(integer: number, scale: number, offset: number): number {
  return integer * scale + offset;
}

/** Per channel the bounds of what a step reads; padded zeros are among them where it pads. */
export function tapBounds(
  context: Lowering,
  source: Source,
  isPadded = false,
): { lows: Float64Array; highs: Float64Array } {
  const { lo, hi } = channelBounds(context.builder.boundsOf(source), context.builder.shapeOf(source));
  if (!isPadded) return { lows: lo, highs: hi };
  return { lows: lo.map((value) => Math.min(0, value)), highs: hi.map((value) => Math.max(0, value)) };
}
