import * as tf from "@tensorflow/tfjs-layers";
import { Random } from "@verimesh/core";

// SeparableConv2D refuses the option by its mere presence.
const noKernel = { kernelInitializer: undefined } as object;

type Apply = (x: tf.SymbolicTensor) => tf.SymbolicTensor;

const ACTIVATIONS = [
  "linear",
  "relu",
  "relu6",
  "elu",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "gelu_new",
  "softmax",
];

/** A random functional model of supported layers, with branches, a nested model and seeded weights. */
export function randomLayersModel(seed: number, depth = 6): tf.LayersModel {
  const random = new Random(seed);
  const inputShape = random.pick([
    () => [random.integer(1, 8)],
    () => [random.integer(3, 7), random.integer(1, 4)],
    () => [random.integer(4, 8), random.integer(4, 8), random.integer(1, 3)],
  ])();
  const layers = new RandomLayers(random);
  const input = tf.input({ shape: inputShape });
  let x = input;
  for (let step = 0; step < depth; step++) x = layers.next(x);
  const output = tf.layers.dense({ ...layers.weights(), units: 3 }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

class RandomLayers {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  next(x: tf.SymbolicTensor): tf.SymbolicTensor {
    const rank = x.shape.length - 1;
    const choices = [...this.anywhere(), ...(rank === 1 ? [] : rank === 2 ? this.sequences(x) : this.images(x))];
    return this.random.pick(choices)(x);
  }

  /** Options that give every weight a seeded value, moving statistics included. */
  weights() {
    const uniform = (minval: number, maxval: number) =>
      tf.initializers.randomUniform({ minval, maxval, seed: this.random.integer(1, 1e6) });
    return {
      kernelInitializer: uniform(-0.7, 0.7),
      depthwiseInitializer: uniform(-0.7, 0.7),
      pointwiseInitializer: uniform(-0.7, 0.7),
      biasInitializer: uniform(-0.3, 0.3),
      gammaInitializer: uniform(0.5, 1.5),
      betaInitializer: uniform(-0.5, 0.5),
      movingMeanInitializer: uniform(-0.5, 0.5),
      movingVarianceInitializer: uniform(0.5, 1.5),
      useBias: this.random.chance(0.7),
    };
  }

  private layer(make: () => { apply(x: tf.SymbolicTensor): unknown }): Apply {
    return (x) => make().apply(x) as tf.SymbolicTensor;
  }

  private activation() {
    return this.random.pick(ACTIVATIONS) as "relu";
  }

  private anywhere(): Apply[] {
    const { random } = this;
    const { layers } = tf;
    const merge =
      (make: () => { apply(x: tf.SymbolicTensor[]): unknown }): Apply =>
      (x) => {
        const units = x.shape.at(-1)!;
        const branches = [
          x,
          layers.dense({ ...this.weights(), units, activation: this.activation() }).apply(x) as tf.SymbolicTensor,
        ];
        return make().apply(branches) as tf.SymbolicTensor;
      };
    return [
      this.layer(() => layers.dense({ ...this.weights(), units: random.integer(1, 6), activation: this.activation() })),
      this.layer(() => layers.activation({ activation: this.activation() })),
      this.layer(() => layers.reLU(random.chance(0.5) ? {} : { maxValue: 1.5 })),
      this.layer(() => layers.leakyReLU({ alpha: 0.2 })),
      this.layer(() => layers.elu()),
      this.layer(() => layers.softmax({ axis: -1 })),
      this.layer(() => layers.dropout({ rate: 0.5 })),
      this.layer(() =>
        layers.batchNormalization({ ...this.weights(), scale: random.chance(0.7), center: random.chance(0.7) }),
      ),
      this.layer(() =>
        layers.layerNormalization({ ...this.weights(), scale: random.chance(0.7), center: random.chance(0.7) }),
      ),
      merge(() => layers.add()),
      merge(() => layers.multiply()),
      merge(() => layers.average()),
      merge(() => layers.maximum()),
      merge(() => layers.minimum()),
      merge(() => layers.concatenate()),
      (x) => {
        const inner = tf.sequential();
        inner.add(layers.inputLayer({ inputShape: x.shape.slice(1) }));
        inner.add(layers.dense({ ...this.weights(), units: 4, activation: "relu" }));
        inner.add(layers.dense({ ...this.weights(), units: x.shape.at(-1)! }));
        // Twice, so that one set of weights serves two places.
        return inner.apply(inner.apply(x)) as tf.SymbolicTensor;
      },
    ];
  }

  private sequences(x: tf.SymbolicTensor): Apply[] {
    const { random } = this;
    const { layers } = tf;
    const [length, channels] = x.shape.slice(1) as [number, number];
    const dilationRate = random.integer(1, 2);
    const strides = dilationRate > 1 ? 1 : random.integer(1, 2);
    const padding = "same" as const;
    const conv1d = {
      ...this.weights(),
      filters: random.integer(1, 4),
      kernelSize: random.integer(1, 3),
      strides,
      dilationRate,
    };
    return [
      this.layer(() => layers.conv1d({ ...conv1d, padding, activation: this.activation() })),
      this.layer(() =>
        layers.maxPooling1d({
          poolSize: Math.min(2, length),
          strides: random.integer(1, 2),
          padding: random.pick(["same", "valid"]),
        }),
      ),
      this.layer(() => layers.averagePooling1d({ poolSize: Math.min(2, length), strides: 1 })),
      this.layer(() => layers.flatten()),
      this.layer(() => layers.globalAveragePooling1d({})),
      this.layer(() => layers.globalMaxPooling1d({})),
      this.layer(() => layers.permute({ dims: [2, 1] })),
      this.layer(() => layers.reshape({ targetShape: [channels, length, 1] })),
      (sequence) => layers.dot({ axes: [2, 2] }).apply([sequence, sequence]) as tf.SymbolicTensor,
      (sequence) => layers.dot({ axes: [1, 1] }).apply([sequence, sequence]) as tf.SymbolicTensor,
    ];
  }

  private images(x: tf.SymbolicTensor): Apply[] {
    const { random } = this;
    const { layers } = tf;
    const [height, width, channels] = x.shape.slice(1) as [number, number, number];
    const dilationRate = random.integer(1, 2);
    const strides: [number, number] = dilationRate > 1 ? [1, 1] : [random.integer(1, 2), random.integer(1, 2)];
    const kernelSize: [number, number] = [random.integer(1, 3), random.integer(1, 3)];
    const common = { ...this.weights(), kernelSize, activation: this.activation(), padding: "same" as const };
    const poolSize: [number, number] = [Math.min(2, height), Math.min(2, width)];
    return [
      this.layer(() => layers.conv2d({ ...common, strides, dilationRate, filters: random.integer(1, 4) })),
      this.layer(() => layers.conv2d({ ...common, kernelSize: poolSize, padding: "valid", filters: 2 })),
      this.layer(() => layers.depthwiseConv2d({ ...common, depthMultiplier: random.integer(1, 2) })),
      this.layer(() =>
        layers.separableConv2d({ ...common, ...noKernel, filters: random.integer(1, 4), depthMultiplier: 2 }),
      ),
      this.layer(() =>
        layers.maxPooling2d({ poolSize, strides: random.integer(1, 2), padding: random.pick(["same", "valid"]) }),
      ),
      this.layer(() => layers.averagePooling2d({ poolSize, strides: random.integer(1, 2) })),
      this.layer(() => layers.flatten()),
      this.layer(() => layers.globalAveragePooling2d({})),
      this.layer(() => layers.globalMaxPooling2d({})),
      this.layer(() =>
        layers.zeroPadding2d({
          padding: [
            [0, 1],
            [2, 0],
          ],
        }),
      ),
      this.layer(() =>
        layers.cropping2D({
          cropping: [
            [0, Math.min(1, height - 1)],
            [Math.min(1, width - 1), 0],
          ],
        }),
      ),
      this.layer(() => layers.upSampling2d({ size: [2, 1] })),
      this.layer(() => layers.permute({ dims: [3, 1, 2] })),
      this.layer(() => layers.reshape({ targetShape: [height * width, channels] })),
      (image) => {
        const gate = layers.globalAveragePooling2d({}).apply(image) as tf.SymbolicTensor;
        const wide = layers.reshape({ targetShape: [1, 1, channels] }).apply(gate) as tf.SymbolicTensor;
        return layers.multiply().apply([image, wide]) as tf.SymbolicTensor;
      },
    ];
  }
}
