import { runFloatBatches } from "../float/runFloat.ts";
import type { FloatModel, FloatSource } from "../float/types.ts";
import { clippedRange, type ClippingRule, type Range } from "./ranges.ts";

/** Values of a node that are kept: all those of as many samples as fit. */
const KEPT_VALUES = 2 ** 20;
const FEWEST_SAMPLES = 8;

/** What the float model's nodes give on calibration data. */
export class Statistics {
  /** By source, per sample that is kept: its values. */
  private readonly kept: Float32Array[][] = [];
  private readonly channels: readonly number[];
  private readonly ranges = new Map<string, readonly Range[]>();
  readonly samples: number;

  constructor(model: FloatModel, samples: readonly Float32Array[]) {
    const shapes = [model.inputShape, ...model.nodes.map(({ shape }) => shape)];
    this.samples = samples.length;
    this.channels = shapes.map((shape) => shape.at(-1) ?? 1);
    this.kept = shapes.map(() => []);
    for (const { count, values } of runFloatBatches(model, samples, { keep: "all" })) {
      values.forEach((batch, source) => {
        const size = batch!.length / count;
        const room = Math.max(FEWEST_SAMPLES, Math.floor(KEPT_VALUES / size));
        const kept = this.kept[source]!;
        for (let k = 0; k < count && kept.length < room; k++) kept.push(batch!.slice(k * size, (k + 1) * size));
      });
    }
  }

  /** The scores of the samples that are kept. */
  scores(): readonly Float32Array[] {
    return this.kept.at(-1)!;
  }

  /** The range of all values of a node, 0 within it. */
  rangeOf(source: FloatSource, levels: number, rule: ClippingRule): Range {
    return this.remembered(`${source} ${levels} ${rule}`, () => [
      clippedRange(concatenate(this.kept[source]!), levels, rule),
    ])[0]!;
  }

  /** Per channel (last axis) the range of its values, 0 within it. */
  channelRangesOf(source: FloatSource, levels: number, rule: ClippingRule): readonly Range[] {
    return this.remembered(`${source} ${levels} ${rule} channels`, () => {
      const all = concatenate(this.kept[source]!);
      const channels = this.channels[source]!;
      return Array.from({ length: channels }, (_, c) => {
        const values = new Float32Array(all.length / channels);
        for (let k = 0; k < values.length; k++) values[k] = all[k * channels + c]!;
        return clippedRange(values, levels, rule);
      });
    });
  }

  /** Per channel the mean over the first samples; over fewer where fewer are kept. */
  meansOf(source: FloatSource, samples: number): Float64Array {
    const channels = this.channels[source]!;
    return channelMeans(this.kept[source]!.slice(0, samples), channels);
  }

  /** How many samples of a node are kept. */
  keptSamples(source: FloatSource): number {
    return this.kept[source]!.length;
  }

  private remembered(key: string, compute: () => readonly Range[]): readonly Range[] {
    const known = this.ranges.get(key) ?? compute();
    this.ranges.set(key, known);
    return known;
  }
}

/** Per channel (last axis) the mean over lists of values. */
export function channelMeans(lists: readonly ArrayLike<number>[], channels: number): Float64Array {
  const sums = new Float64Array(channels);
  let count = 0;
  for (const list of lists) {
    for (let index = 0; index < list.length; index++) sums[index % channels]! += list[index]!;
    count += list.length / channels;
  }
  return sums.map((sum) => sum / Math.max(1, count));
}

function concatenate(lists: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((total, list) => total + list.length, 0));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  return all;
}
