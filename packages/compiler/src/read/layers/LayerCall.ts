import type { layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { samePadding, VerimeshError, type Padding2d, type Shape } from "@verimesh/core";
import type { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatSource } from "../../float/types.ts";

export type Layer = layers.Layer;

/** Writes one layer's operations and gives its result. */
export type LayerReader = (call: LayerCall) => FloatSource;

/** One use of a layer: where its inputs come from, its options and its weights. */
export class LayerCall {
  readonly builder: FloatModelBuilder;
  readonly sources: readonly FloatSource[];
  /** What TensorFlow.js says the result's shape is, without batch. */
  readonly outputShape: Shape;
  private readonly layer: Layer;
  private readonly config: Readonly<Record<string, unknown>>;

  constructor(builder: FloatModelBuilder, layer: Layer, output: SymbolicTensor, sources: readonly FloatSource[]) {
    this.builder = builder;
    this.layer = layer;
    this.sources = sources;
    this.config = layer.getConfig();
    this.outputShape = output.shape.slice(1).map((size) => size ?? this.refuse("gives a shape that is not fixed"));
  }

  get name(): string {
    return this.layer.name;
  }

  /** The only input. */
  get source(): FloatSource {
    if (this.sources.length !== 1) this.refuse(`takes ${this.sources.length} inputs`, "One is supported.");
    return this.sources[0]!;
  }

  /** Shape of the only input. */
  get shape(): Shape {
    return this.builder.shapeOf(this.source);
  }

  option(name: string): unknown {
    return this.config[name];
  }

  /** @throws VerimeshError `LAYER_UNSUPPORTED` if the option is not a finite number */
  number(name: string): number {
    const value = this.config[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.refuse(`has ${name} ${JSON.stringify(value)}`, "A finite number is expected.");
  }

  /** An option of one or `length` whole numbers. */
  wholeNumbers(name: string, length: number): number[] {
    const list: unknown[] = [this.config[name] ?? 1].flat();
    const full = list.length === 1 ? new Array<unknown>(length).fill(list[0]) : list;
    const fits = full.length === length && full.every((size) => Number.isInteger(size) && (size as number) >= 0);
    return fits
      ? (full as number[])
      : this.refuse(`has ${name} ${JSON.stringify(list)}`, "Whole numbers are expected.");
  }

  pair(name: string): [number, number] {
    const [first, second] = this.wholeNumbers(name, 2);
    return [first!, second!];
  }

  /** The layer's weights in its own order; as many as its options ask for. */
  weights(count: number): Float32Array[] {
    const weights = this.layer.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));
    return weights.length === count ? weights : this.refuse(`has ${weights.length} weights`, `${count} are expected.`);
  }

  /** Zeros around an image for the layer's padding option. */
  padding(size: readonly number[], window: readonly number[], strides: readonly number[]): Padding2d {
    const padding = this.config["padding"];
    if (padding === "valid") return { top: 0, bottom: 0, left: 0, right: 0 };
    if (padding !== "same") this.refuse(`pads ${JSON.stringify(padding)}`, "valid and same are supported.");
    const [top, bottom] = samePadding(size[0]!, window[0]!, strides[0]!);
    const [left, right] = samePadding(size[1]!, window[1]!, strides[1]!);
    return { top, bottom, left, right };
  }

  /** Refuses `channelsFirst`. */
  requireChannelsLast(): void {
    if (this.config["dataFormat"] !== "channelsFirst") return;
    this.refuse("has its channels first", 'dataFormat "channelsLast" is supported.');
  }

  /** The option names the last axis, counted with the batch. */
  requireLastAxis(name: string): void {
    const axes: unknown[] = [this.config[name] ?? -1].flat();
    const isLast = axes.length === 1 && (axes[0] === -1 || axes[0] === this.shape.length);
    if (!isLast) this.refuse(`works on axis ${axes.map(String).join(", ")}`, "The last axis is supported.");
  }

  /** @throws VerimeshError `LAYER_UNSUPPORTED` naming the layer */
  refuse(fact: string, details?: string): never {
    throw new VerimeshError(`Layer "${this.name}" (${this.layer.getClassName()}) ${fact}.`, {
      code: "LAYER_UNSUPPORTED",
      details,
    });
  }
}
