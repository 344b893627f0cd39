import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { elementCount, samePadding, VerimeshError, type Shape } from "@verimesh/core";
import type { FloatLinear, FloatModel, FloatStep } from "./steps.ts";

type Layer = layers.Layer;
type Config = Readonly<Record<string, unknown>>;

const SUPPORTED =
  "InputLayer, Dense, Conv2D, AveragePooling2D (valid padding), Flatten, Dropout, ReLU, Activation, Softmax (last)";

/**
 * Reads a trained TensorFlow.js Layers model: one chain of supported layers. ReLUs join the layer before them; a last
 * softmax or sigmoid is dropped, since the integer model answers with its scores.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED` naming the layer, its class and what is supported; `WEIGHTS_NOT_FINITE`
 */
export function readModel(model: LayersModel): FloatModel {
  const reader = new ModelReader(singleShape(model));
  let previous: SymbolicTensor | undefined = model.inputs[0];
  for (const layer of model.layers) {
    if (layer.getClassName() !== "InputLayer" && layer.input !== previous) {
      unsupported(layer, "does not follow the layer before it", "A chain without branches is supported.");
    }
    previous = layer.output as SymbolicTensor;
    reader.add(layer);
  }
  return reader.finish();
}

class ModelReader {
  private readonly inputShape: Shape;
  private readonly steps: FloatStep[] = [];
  private shape: Shape;
  private last: { layer: Layer; activation: "softmax" | "sigmoid" } | undefined;

  constructor(inputShape: Shape) {
    this.inputShape = inputShape;
    this.shape = inputShape;
  }

  add(layer: Layer): void {
    const className = layer.getClassName();
    if (className === "InputLayer" || className === "Dropout") return;
    if (this.last !== undefined) {
      unsupported(
        this.last.layer,
        `has a ${this.last.activation} before the end`,
        "It is supported on the last layer.",
      );
    }
    const config: Config = layer.getConfig();
    if (className === "Dense") this.addDense(layer, config);
    else if (className === "Conv2D") this.addConv2d(layer, config);
    else if (className === "AveragePooling2D") this.addAveragePool2d(layer, config);
    else if (className === "Flatten") this.addFlatten(layer);
    else if (className === "ReLU") this.addRelu(layer, config);
    else if (className === "Activation") this.activate(layer, config["activation"]);
    else if (className === "Softmax") this.activate(layer, "softmax");
    else unsupported(layer, `is a ${className}`, `Supported are: ${SUPPORTED}.`);
  }

  finish(): FloatModel {
    const last = this.steps.findLast(isLinear);
    if (last === undefined || last.kind === "averagePool2d") {
      throw new VerimeshError("The model does not end in a Dense or Conv2D layer.", {
        code: "LAYER_UNSUPPORTED",
        details: "Expected its answer to be the scores of such a layer.",
      });
    }
    if (last.relu) {
      throw new VerimeshError(`Layer "${last.name}" is the last and has a ReLU.`, {
        code: "LAYER_UNSUPPORTED",
        details: "Expected softmax, sigmoid or no activation on the last layer.",
      });
    }
    return { inputShape: this.inputShape, steps: this.steps, droppedActivation: this.last?.activation ?? "linear" };
  }

  private addDense(layer: Layer, config: Config): void {
    if (this.shape.length !== 1) unsupported(layer, "takes an image", "A Flatten is expected before a Dense.");
    const [weights, bias] = readWeights(layer, config["units"] as number);
    const units = bias.length;
    this.steps.push({ kind: "dense", name: layer.name, inputs: this.shape[0]!, units, weights, bias, relu: false });
    this.shape = [units];
    this.activate(layer, config["activation"]);
  }

  private addConv2d(layer: Layer, config: Config): void {
    const inputShape = this.imageShape(layer, config);
    const dilation = [config["dilationRate"] ?? 1].flat();
    if (dilation.some((rate) => rate !== 1)) unsupported(layer, "is dilated", "Dilation 1 is supported.");
    const kernel = pairOf(config["kernelSize"]);
    const strides = pairOf(config["strides"]);
    const [weights, bias] = readWeights(layer, config["filters"] as number);
    const same = config["padding"] === "same";
    if (!same && config["padding"] !== "valid")
      unsupported(layer, `pads "${String(config["padding"])}"`, "Padding valid and same are supported.");
    const [top, bottom] = same ? samePadding(inputShape[0], kernel[0], strides[0]) : [0, 0];
    const [left, right] = same ? samePadding(inputShape[1], kernel[1], strides[1]) : [0, 0];
    const outputShape = this.outputImage(layer);
    const padding = { top, bottom, left, right };
    this.steps.push({
      kind: "conv2d",
      name: layer.name,
      inputShape,
      outputShape,
      kernel,
      strides,
      padding,
      weights,
      bias,
      relu: false,
    });
    this.shape = outputShape;
    this.activate(layer, config["activation"]);
  }

  private addAveragePool2d(layer: Layer, config: Config): void {
    const inputShape = this.imageShape(layer, config);
    if (config["padding"] !== "valid")
      unsupported(layer, `pads "${String(config["padding"])}"`, "Padding valid is supported.");
    const poolSize = pairOf(config["poolSize"]);
    const strides = pairOf(config["strides"] ?? poolSize);
    const outputShape = this.outputImage(layer);
    this.steps.push({
      kind: "averagePool2d",
      name: layer.name,
      inputShape,
      outputShape,
      poolSize,
      strides,
      relu: false,
    });
    this.shape = outputShape;
  }

  private addFlatten(layer: Layer): void {
    if (this.shape.length === 1) return;
    this.steps.push({ kind: "flatten", name: layer.name, inputShape: this.shape });
    this.shape = [elementCount(this.shape)];
  }

  private addRelu(layer: Layer, config: Config): void {
    if (config["maxValue"] !== undefined && config["maxValue"] !== null)
      unsupported(layer, "has a maximum", "A plain ReLU is supported.");
    this.activate(layer, "relu");
  }

  private activate(layer: Layer, activation: unknown): void {
    if (activation === "linear" || activation === undefined) return;
    if (activation === "softmax" || activation === "sigmoid") {
      this.last = { layer, activation };
      return;
    }
    if (activation !== "relu")
      unsupported(
        layer,
        `has activation ${JSON.stringify(activation)}`,
        "relu and linear are supported, on the last layer softmax and sigmoid.",
      );
    const index = this.steps.findLastIndex(isLinear);
    if (index < 0)
      unsupported(layer, "is a ReLU on the input", "A ReLU is expected after a Dense, Conv2D or AveragePooling2D.");
    this.steps[index] = { ...(this.steps[index] as FloatLinear), relu: true };
  }

  private imageShape(layer: Layer, config: Config): readonly [number, number, number] {
    if (this.shape.length !== 3)
      unsupported(layer, "takes a vector", "An image [height, width, channels] is expected.");
    if (config["dataFormat"] === "channelsFirst")
      unsupported(layer, "has its channels first", "channelsLast is supported.");
    return this.shape as readonly [number, number, number];
  }

  private outputImage(layer: Layer): readonly [number, number, number] {
    return (layer.outputShape as (number | null)[]).slice(1) as [number, number, number];
  }
}

/** Whether the step has accumulators. */
export function isLinear(step: FloatStep): step is FloatLinear {
  return step.kind !== "flatten";
}

function readWeights(layer: Layer, units: number): [weights: Float32Array, bias: Float32Array] {
  const [kernel, bias] = layer.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));
  const read: [Float32Array, Float32Array] = [kernel!, bias ?? new Float32Array(units)];
  for (const [part, values] of [
    ["weight", read[0]],
    ["bias", read[1]],
  ] as const) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new VerimeshError(`Layer "${layer.name}" has a ${part} that is ${values[index]} (element ${index}).`, {
      code: "WEIGHTS_NOT_FINITE",
      details: "Expected finite numbers. The training diverged: lower the learning rate.",
    });
  }
  return read;
}

function singleShape(model: LayersModel): Shape {
  const shape = model.inputs[0]?.shape.slice(1) ?? [];
  const fits = model.inputs.length === 1 && model.outputs.length === 1 && [1, 3].includes(shape.length);
  if (!fits || shape.some((size) => size === null)) {
    throw new VerimeshError(
      `The model takes ${model.inputs.length} inputs, the first of shape [${shape.join(", ")}].`,
      {
        code: "LAYER_UNSUPPORTED",
        details: "Expected one input of fixed shape [features] or [height, width, channels], and one output.",
      },
    );
  }
  return shape as number[];
}

function pairOf(value: unknown): [number, number] {
  const list = [value].flat() as number[];
  return [list[0]!, list[1] ?? list[0]!];
}

function unsupported(layer: Layer, fact: string, details: string): never {
  throw new VerimeshError(`Layer "${layer.name}" (${layer.getClassName()}) ${fact}.`, {
    code: "LAYER_UNSUPPORTED",
    details,
  });
}
