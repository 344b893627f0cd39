import type { FloatSource, UnaryFunction } from "../../float/types.ts";
import type { LayerCall, LayerReader } from "./LayerCall.ts";

const RELU: UnaryFunction = { kind: "clip", lo: 0, hi: Infinity };

/** By the names that TensorFlow.js gives them. */
const FUNCTIONS: Readonly<Record<string, UnaryFunction>> = {
  relu: RELU,
  relu6: { kind: "clip", lo: 0, hi: 6 },
  elu: { kind: "elu", alpha: 1 },
  selu: { kind: "selu" },
  sigmoid: { kind: "sigmoid" },
  hardSigmoid: { kind: "hardSigmoid", alpha: 0.2, beta: 0.5 },
  softplus: { kind: "softplus" },
  softsign: { kind: "softsign" },
  tanh: { kind: "tanh" },
  swish: { kind: "swish" },
  mish: { kind: "mish" },
  gelu: { kind: "gelu", approximate: false },
  gelu_new: { kind: "gelu", approximate: true },
};

/** Applies the layer's `activation` option to what the layer gave. */
export function activate(call: LayerCall, source: FloatSource): FloatSource {
  const activation = call.option("activation") ?? "linear";
  if (activation === "linear") return source;
  if (activation === "softmax") return call.builder.add({ op: "softmax", name: `${call.name}/softmax`, source });
  if (typeof activation === "string" && Object.hasOwn(FUNCTIONS, activation)) {
    const name = `${call.name}/${activation}`;
    return call.builder.add({ op: "unary", name, source, function: FUNCTIONS[activation]! });
  }
  return call.refuse(
    `has activation ${JSON.stringify(activation)}`,
    `Supported are linear, softmax, ${Object.keys(FUNCTIONS).join(", ")}.`,
  );
}

const apply = (call: LayerCall, f: UnaryFunction) =>
  call.builder.add({ op: "unary", name: call.name, source: call.source, function: f });

/** Layers that are an activation. */
export const ACTIVATION_LAYERS: Readonly<Record<string, LayerReader>> = {
  Activation: (call) => activate(call, call.source),
  ReLU: (call) => {
    const maximum = call.option("maxValue") ?? Infinity;
    return apply(call, maximum === Infinity ? RELU : { kind: "clip", lo: 0, hi: call.number("maxValue") });
  },
  LeakyReLU: (call) => apply(call, { kind: "leakyRelu", alpha: call.number("alpha") }),
  ELU: (call) => apply(call, { kind: "elu", alpha: call.number("alpha") }),
  Softmax: (call) => {
    call.requireLastAxis("axis");
    return call.builder.add({ op: "softmax", name: call.name, source: call.source });
  },
};
