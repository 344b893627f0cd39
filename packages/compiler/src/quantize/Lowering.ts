import { elementCount, type OutputRule, type Source } from "@verimesh/core";
import { floatSourcesOf } from "../float/shapes.ts";
import type { FloatModel, FloatNode, FloatSource } from "../float/types.ts";
import type { Encoded, Finish, Target } from "./encoded.ts";
import type { IntegerModelBuilder } from "./IntegerModelBuilder.ts";
import { stepPlan, type QuantizationPlan, type StepPlan } from "./plan.ts";
import type { Range } from "./ranges.ts";
import { settlementOf, takesChannels } from "./settlement.ts";
import type { Statistics } from "./Statistics.ts";

/** Channels that never leave 0 on so many samples are taken to be dead. */
const SAMPLES_FOR_SILENCE = 200;

/** What a recipe works with: the model it writes, the float model it reads, and what the integers so far stand for. */
export class Lowering {
  readonly builder: IntegerModelBuilder;
  readonly model: FloatModel;
  readonly plan: QuantizationPlan;
  readonly statistics: Statistics;
  readonly output: OutputRule;
  /** Names of the rescalings whose clamps may be moved outwards, see `openClamps`. */
  readonly openable = new Set<string>();
  private readonly values: Encoded[];

  constructor(
    parts: Pick<Lowering, "builder" | "model" | "plan" | "statistics" | "output">,
    input: Pick<Encoded, "scale" | "offset">,
  ) {
    this.builder = parts.builder;
    this.model = parts.model;
    this.plan = parts.plan;
    this.statistics = parts.statistics;
    this.output = parts.output;
    this.values = [{ source: 0, shape: parts.model.inputShape, ...input }];
  }

  /** Notes what a float node became; nodes come in order. */
  push(encoded: Encoded): void {
    this.values.push(encoded);
  }

  valueOf(source: FloatSource): Encoded {
    return this.values[source]!;
  }

  nodeOf(source: FloatSource): FloatNode | undefined {
    return this.model.nodes[source - 1];
  }

  consumersOf(source: FloatSource): FloatSource[] {
    return this.model.nodes.flatMap((node, k) => (floatSourcesOf(node).includes(source) ? [k + 1] : []));
  }

  stepPlan(source: FloatSource): StepPlan {
    return stepPlan(this.plan, this.nodeOf(source)!.name);
  }

  /** How the linear or product step at `source` ends. */
  finishOf(source: FloatSource): Finish {
    const { at, isScores } = settlementOf(this, source);
    if (isScores) return { kind: "scores" };
    const node = this.nodeOf(at);
    // With a scale per channel one integer cannot be every channel's bound, unless it is 0.
    const isBounded = node?.op === "unary" && node.function.kind === "clip" && node.function.lo !== 0;
    const perChannel = takesChannels(this, at) && !isBounded;
    return { kind: "rescale", target: this.targetOf(at, this.stepPlan(source).activationBits, perChannel) };
  }

  /** Integers of so many bits for the calibrated range of a node. */
  targetOf(source: FloatSource, bits: number, perChannel = false): Target {
    const levels = 2 ** bits - 1;
    const { rule } = this.plan;
    const whole = this.statistics.rangeOf(source, levels, rule);
    if (!perChannel) return targetFor(whole, bits);
    const ranges = this.statistics.channelRangesOf(source, levels, rule);
    const node = this.nodeOf(source);
    const isRectified = node?.op === "unary" && node.function.kind === "clip" && node.function.lo === 0;
    const isUnsigned = whole.min >= 0;
    const hi = isUnsigned ? levels : 2 ** (bits - 1) - 1;
    const reach = ranges.map(({ min, max }) => Math.max(-min, max));
    // A channel that is silent so far still gets a scale, that of the others at most.
    const typical = Math.max(...reach) || 1;
    return {
      scale: Float64Array.from(reach, (magnitude) => Math.max(magnitude, typical / 64) / hi),
      lo: isUnsigned ? 0 : -hi - 1,
      hi,
      silent: reach.map(
        (magnitude) => isRectified && magnitude === 0 && this.statistics.samples >= SAMPLES_FOR_SILENCE,
      ),
      isFlexible: true,
    };
  }

  /** Appends a reshape, or gives the source where it has that shape. */
  reshape(name: string, source: Source, shape: readonly number[]): Source {
    if (this.builder.shapeOf(source).join() === shape.join()) return source;
    return this.builder.append(name, { kind: "reshape", source, shape });
  }

  /** Rows of a tensor: all axes but the last, as one. */
  rowsOf(shape: readonly number[]): [rows: number, length: number] {
    const length = shape.at(-1) ?? 1;
    return [elementCount(shape) / length, length];
  }
}

/** Integers of so many bits for a range of reals that holds 0: from 0 if it starts there. */
export function targetFor({ min, max }: Range, bits: number): Target {
  const levels = 2 ** bits - 1;
  const scale = Float64Array.of(max > min ? (max - min) / levels : 1);
  const lo = min === 0 ? 0 : Math.max(-levels, Math.round(min / scale[0]!));
  return { scale, lo, hi: lo + levels, isFlexible: false };
}
