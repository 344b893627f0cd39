import type { LayerReader } from "./LayerCall.ts";

export const NORMALIZATION_LAYERS: Readonly<Record<string, LayerReader>> = {
  /** In use, not in training, it is an affine map per channel. */
  BatchNormalization: (call) => {
    call.requireLastAxis("axis");
    const hasGamma = call.option("scale") !== false;
    const hasBeta = call.option("center") !== false;
    const weights = call.weights(2 + Number(hasGamma) + Number(hasBeta));
    const gamma = hasGamma ? weights.shift()! : undefined;
    const beta = hasBeta ? weights.shift()! : undefined;
    const [mean, variance] = weights as [Float32Array, Float32Array];
    const epsilon = call.number("epsilon");
    const scale = variance.map((value, o) => (gamma?.[o] ?? 1) / Math.sqrt(value + epsilon));
    const offset = mean.map((value, o) => (beta?.[o] ?? 0) - value * scale[o]!);
    return call.builder.add({ op: "affine", name: call.name, source: call.source, scale, offset });
  },
  LayerNormalization: (call) => {
    call.requireLastAxis("axis");
    const channels = call.shape.at(-1)!;
    const hasGamma = call.option("scale") !== false;
    const hasBeta = call.option("center") !== false;
    const weights = call.weights(Number(hasGamma) + Number(hasBeta));
    const gamma = hasGamma ? weights.shift()! : new Float32Array(channels).fill(1);
    const beta = hasBeta ? weights.shift()! : new Float32Array(channels);
    const epsilon = call.number("epsilon");
    return call.builder.add({ op: "layerNorm", name: call.name, source: call.source, gamma, beta, epsilon });
  },
};
