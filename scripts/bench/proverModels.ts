import { type IntegerModel, type ModelNode, Random, type RequantizeNode, type Shape } from "@verimesh/core";

/** Models of random weights in the shapes that people use: a proof costs the same whatever the weights are. */
export const proverModels = {
  /** About 2^13 constraints. */
  "MLP 784-72-10": () => modelOf([784], [...dense("hidden", 784, 72), scores(72)]),
  /** About 2^15. */
  "MLP 784-512-256-10": () => modelOf([784], [...dense("first", 784, 512), ...dense("second", 512, 256), scores(256)]),
  /** About 2^17: LeNet with 6 × 24 × 24 and 23 × 8 × 8 rescaled outputs and average pooling. */
  LeNet: () =>
    modelOf(
      [28, 28, 1],
      [
        ...conv("conv1", 1, 5, 6),
        ...pool("pool1"),
        ...conv("conv2", 6, 5, 23),
        ...pool("pool2"),
        (source) => ({ kind: "reshape", name: "flatten", source, shape: [368] }),
        ...dense("dense1", 368, 120),
        ...dense("dense2", 120, 84),
        scores(84),
      ],
    ),
} as const satisfies Record<string, () => IntegerModel>;

const random = new Random(20_260);

export function randomInput(): Uint8Array {
  return Uint8Array.from({ length: 784 }, () => random.integer(0, 255));
}

/** A node that reads the one before it. */
type Link = (source: number) => ModelNode;

function modelOf(inputShape: Shape, links: readonly Link[]): IntegerModel {
  return {
    format: "verimesh-integer-model/2",
    inputShape,
    nodes: links.map((link, before) => link(before)),
    output: { kind: "argmax" },
    hides: "nothing",
  };
}

/** Small enough that no partial sum reaches 2^24. */
function parametersOf(count: number, fanIn: number, units: number) {
  const limit = limitOf(fanIn);
  return {
    weights: Int8Array.from({ length: count }, () => random.integer(-limit, limit)),
    bias: Int32Array.from({ length: units }, () => random.integer(-1000, 1000)),
  };
}

function limitOf(fanIn: number): number {
  return Math.min(127, Math.floor(2 ** 22 / (fanIn * 255)));
}

/** With a shift that keeps outputs within eight bits. */
function dense(name: string, inputs: number, units: number): [Link, Link] {
  const parameters = parametersOf(inputs * units, inputs, units);
  return [(source) => ({ kind: "dense", name, source, inputs, units, ...parameters }), rescaled(name, inputs)];
}

function scores(inputs: number): Link {
  return dense("scores", inputs, 10)[0];
}

function conv(name: string, channels: number, kernel: number, filters: number): [Link, Link] {
  const fanIn = kernel * kernel * channels;
  const parameters = parametersOf(fanIn * filters, fanIn, filters);
  const link: Link = (source) => ({
    ...{ kind: "conv2d", name, source, filters, groups: 1 },
    ...{ kernel: [kernel, kernel], strides: [1, 1], dilations: [1, 1] },
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
    ...parameters,
  });
  return [link, rescaled(name, fanIn)];
}

function pool(name: string): [Link, Link] {
  return [
    (source) => ({ kind: "sumPool2d", name, source, window: [2, 2], strides: [2, 2], multiplier: 1 }),
    requantized(name, 2),
  ];
}

function rescaled(name: string, fanIn: number): Link {
  return requantized(name, Math.max(0, Math.round(Math.log2(limitOf(fanIn) * Math.sqrt(fanIn)))));
}

function requantized(name: string, shift: number): Link {
  const rule: Pick<RequantizeNode, "shifts" | "lo" | "hi"> = { shifts: [shift], lo: 0, hi: 255 };
  return (source) => ({ kind: "requantize", name: `${name}, rescaled`, source, ...rule });
}
