import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Random, elementCount, type InputEncoding, type OutputRule, type Shape } from "@verimesh/core";
import { decideByDefault } from "../../src/accuracy.ts";
import { FloatModelBuilder } from "../../src/float/FloatModelBuilder.ts";
import type { FloatModel, FloatSource } from "../../src/float/types.ts";
import { Calibration, type Calibrated } from "../../src/quantize/calibrate.ts";
import type { QuantizationPlan } from "../../src/quantize/plan.ts";
import { simplify } from "../../src/quantize/simplify/simplify.ts";

export async function useCpu(): Promise<void> {
  // Without it TensorFlow.js prints advice to install its native library.
  tf.env().set("PROD", true);
  await tf.setBackend("cpu");
}

/** Seeded numbers around 0, roughly normal. */
export function normals(random: Random, count: number, deviation = 1): Float32Array {
  return Float32Array.from(
    { length: count },
    () => (deviation * (random.next() + random.next() + random.next() - 1.5)) / 0.5,
  );
}

export class Sketch {
  readonly builder: FloatModelBuilder;
  readonly random: Random;

  constructor(inputShape: Shape, seed = 1) {
    this.builder = new FloatModelBuilder(inputShape);
    this.random = new Random(seed);
  }

  dense(source: FloatSource, units: number, name = "dense"): FloatSource {
    const inputs = this.builder.shapeOf(source).at(-1)!;
    const weights = normals(this.random, inputs * units, inputs ** -0.5);
    return this.builder.add({
      op: "dense",
      name,
      source,
      inputs,
      units,
      weights,
      bias: normals(this.random, units, 0.1),
    });
  }

  conv(
    source: FloatSource,
    filters: number,
    size: number,
    more: Partial<{ pad: number; groups: number; dilation: number }> = {},
  ) {
    const { pad = 0, groups = 1, dilation = 1 } = more;
    const depth = this.builder.shapeOf(source)[2]! / groups;
    return this.builder.add({
      op: "conv2d",
      name: "conv",
      source,
      filters,
      kernel: [size, size],
      strides: [1, 1],
      dilations: [dilation, dilation],
      padding: { top: pad, bottom: pad, left: pad, right: pad },
      groups,
      weights: normals(this.random, size * size * depth * filters, (size * size * depth) ** -0.5),
      bias: normals(this.random, filters, 0.1),
    });
  }

  relu(source: FloatSource, hi = Infinity): FloatSource {
    return this.builder.add({ op: "unary", name: "relu", source, function: { kind: "clip", lo: 0, hi } });
  }

  flatten(source: FloatSource): FloatSource {
    return this.builder.reshape("flatten", source, [elementCount(this.builder.shapeOf(source))]);
  }

  finish(source: FloatSource): FloatModel {
    return this.builder.finish("sketch", source);
  }
}

export function encodingOf(shape: Shape, offset = 0, scale = 1 / 255): InputEncoding {
  return { shape, scale: [scale], offset: [offset] };
}

export function samplesFor({ shape, scale, offset }: InputEncoding, count: number, seed = 5): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from(
      { length: elementCount(shape) },
      (_, i) => offset[i % offset.length]! + random.integer(0, 255) * scale[i % scale.length]!,
    ),
  );
}

export interface SketchOptions {
  readonly encoding?: InputEncoding;
  readonly output?: OutputRule;
  readonly samples?: readonly Float32Array[];
  readonly plan?: Partial<QuantizationPlan>;
}

export const EIGHT_BITS: QuantizationPlan = {
  rule: "max",
  correctsBias: true,
  standard: { weightBits: 8, activationBits: 8 },
  steps: {},
};

/** The integer model at 8 bits, and how close its scores come to the float model's on random data. */
export function quantized(model: FloatModel, options: SketchOptions = {}): Calibrated {
  const { encoding = encodingOf(model.inputShape), output = { kind: "scores" } } = options;
  const samples = options.samples ?? samplesFor(encoding, 60);
  const calibration = new Calibration(simplify(model, output), samples, decideByDefault, {
    output,
    hides: "nothing",
    inputEncoding: encoding,
  });
  return calibration.quantize({ ...EIGHT_BITS, ...options.plan });
}
