import { linearLayers } from "../model/shapes.ts";
import type { AveragePool2dLayer, Conv2dLayer, DenseLayer, IntegerModel } from "../model/types.ts";
import { circuitLayout, signalOf } from "./layout.ts";
import type { CircuitLayout, LinearConstraint } from "./types.ts";

/**
 * What ties every accumulator to the weights: `0 · 0 = Σ w·x + b − acc`, one constraint per accumulator, in wire order.
 * Lazy: a layer of a million weights is never held as constraints. Zero weights are left out.
 */
export function* linearConstraints(
  model: IntegerModel,
  layout: CircuitLayout = circuitLayout(model),
): Generator<LinearConstraint> {
  let sourceWire = signalOf(layout, "x").firstWire;
  let k = 0;
  for (const layer of linearLayers(model)) {
    const accumulatorWire = signalOf(layout, `acc_${k}`).firstWire;
    if (layer.kind === "dense") yield* denseConstraints(layer, sourceWire, accumulatorWire);
    else yield* windowConstraints(layer, sourceWire, accumulatorWire);
    if (layer.requantization !== null) sourceWire = signalOf(layout, `act_${k}`).firstWire;
    k++;
  }
}

function* denseConstraints(layer: DenseLayer, sourceWire: number, firstWire: number): Generator<LinearConstraint> {
  const { inputs, units, weights, bias } = layer;
  const row = new Row(inputs);
  for (let o = 0; o < units; o++) {
    row.clear();
    for (let i = 0; i < inputs; i++) row.add(sourceWire + i, weights[i * units + o]!);
    yield row.constraint(firstWire + o, bias[o]!);
  }
}

function* windowConstraints(
  layer: Conv2dLayer | AveragePool2dLayer,
  sourceWire: number,
  firstWire: number,
): Generator<LinearConstraint> {
  const [height, width, channels] = layer.inputShape;
  const [outHeight, outWidth, units] = layer.outputShape;
  const [windowHeight, windowWidth] = layer.kind === "conv2d" ? layer.kernel : layer.poolSize;
  const { top, left } = layer.kind === "conv2d" ? layer.padding : { top: 0, left: 0 };
  const row = new Row(windowHeight * windowWidth * channels);
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      for (let o = 0; o < units; o++) {
        row.clear();
        for (let ky = 0; ky < windowHeight; ky++) {
          const y = oy * layer.strides[0] + ky - top;
          if (y < 0 || y >= height) continue;
          for (let kx = 0; kx < windowWidth; kx++) {
            const x = ox * layer.strides[1] + kx - left;
            if (x < 0 || x >= width) continue;
            const source = sourceWire + (y * width + x) * channels;
            if (layer.kind === "averagePool2d") {
              row.add(source + o, layer.multiplier);
              continue;
            }
            const first = (ky * windowWidth + kx) * channels * units + o;
            for (let c = 0; c < channels; c++) row.add(source + c, layer.weights[first + c * units]!);
          }
        }
        const bias = layer.kind === "conv2d" ? layer.bias[o]! : 0;
        yield row.constraint(firstWire + (oy * outWidth + ox) * units + o, bias);
      }
    }
  }
}

/** Gathers the terms of one constraint; what it gives is a copy and stays valid. */
class Row {
  private readonly wires: Uint32Array;
  private readonly coefficients: Int32Array;
  private length = 0;

  constructor(capacity: number) {
    this.wires = new Uint32Array(capacity);
    this.coefficients = new Int32Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  add(wire: number, coefficient: number): void {
    if (coefficient === 0) return;
    this.wires[this.length] = wire;
    this.coefficients[this.length++] = coefficient;
  }

  constraint(accumulatorWire: number, constant: number): LinearConstraint {
    return {
      accumulatorWire,
      wires: this.wires.slice(0, this.length),
      coefficients: this.coefficients.slice(0, this.length),
      constant,
    };
  }
}
