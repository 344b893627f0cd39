import {
  bitLength,
  channelsOf,
  circuitLayout,
  elementCount,
  hull,
  linearLayers,
  modelBounds,
  outputPackingOf,
  outputShapeOf,
  packedWordCount,
  scoreCount,
  type IntegerModel,
  type LayerBounds,
  type LinearLayer,
} from "@verimesh/core";
import { coarseInterval } from "./coarseInterval.ts";

/**
 * Writes the skeleton circuit of a model: everything that is not linear. It holds shapes, shifts and rounded bounds but
 * no weight, so that models of the same shape and ranges share it; weights are linked to its compiled form.
 *
 * @returns circom source; its includes are relative to `circuits/`
 * @throws VerimeshError as `circuitLayout`
 */
export function generateSkeleton(model: IntegerModel): string {
  const layout = circuitLayout(model);
  const bounds = modelBounds(model);
  const linear = linearLayers(model);
  const inputLength = elementCount(model.inputShape);
  const words = packedWordCount(inputLength);
  const commits = layout.inputBinding === "poseidon";
  const last = linear.length - 1;
  const scores = linear[last]!.requantization === null ? `acc_${last}` : `act_${last}`;
  const { bits, offset, length } = outputPackingOf(model);

  const includes = ["arithmetic/Keep.circom", "commitments/PackBytes.circom", "output/PackOutputs.circom"];
  if (linear.some((layer) => layer.requantization !== null)) includes.push("activations/RequantizeChannels.circom");
  if (commits) includes.push("commitments/PoseidonChain.circom");
  if (model.output === "argmax") includes.push("output/Argmax.circom");

  return lines([
    "pragma circom 2.2.0;",
    "",
    ...includes.sort().map((path) => `include "${path}";`),
    "",
    "// Generated. Every acc_k is tied to its weights by constraints that are linked to the compiled circuit: unlinked, this",
    "// circuit proves nothing.",
    "template Skeleton() {",
    `    signal input inputWords[${layout.inputWords}];`,
    "    signal input binding;",
    `    signal output outputWords[${layout.outputWords}];`,
    ...layout.privateSignals.map(({ name, length: size }) => `    signal input ${name}[${size}];`),
    "",
    "    Keep()(binding);",
    `    signal packed[${words}] <== PackBytes(${inputLength})(x);`,
    ...(commits
      ? [`    signal commitment <== PoseidonChain(${words})(packed);`, "    inputWords[0] === commitment;"]
      : Array.from({ length: layout.inputWords }, (_, k) => `    inputWords[${k}] === packed[${k}];`)),
    ...linear.flatMap((layer, k) => rescaling(layer, bounds[k]!, k)),
    "",
    ...(model.output === "argmax"
      ? [
          `    signal index[1];`,
          `    index[0] <== Argmax(${scoreCount(model)}, 0, ${scoreSpan(bounds[last]!)})(${scores});`,
          `    outputWords <== PackOutputs(1, ${bits}, 0)(index);`,
        ]
      : [`    outputWords <== PackOutputs(${length}, ${bits}, ${offset})(${scores});`]),
    "}",
    "",
    "component main {public [inputWords, binding]} = Skeleton();",
    "",
  ]);
}

function rescaling(layer: LinearLayer, { accumulators }: LayerBounds, k: number): string[] {
  if (layer.requantization === null) return [];
  const { shifts, lo, hi } = layer.requantization;
  const coarse = accumulators.map((interval, c) => coarseInterval(interval, shifts[c]!, lo, hi));
  const count = elementCount(outputShapeOf(layer));
  const list = (values: readonly number[]) => `[${values.join(", ")}]`;
  return [
    "",
    `    RequantizeChannels(${count}, ${channelsOf(layer)},`,
    `        ${list(shifts)},`,
    `        ${list(coarse.map((interval) => interval.lo))},`,
    `        ${list(coarse.map((interval) => interval.hi))},`,
    `        ${lo}, ${hi})(acc_${k}, act_${k});`,
  ];
}

/** Argmax compares by differences: only how far apart two scores can be matters. */
function scoreSpan({ accumulators }: LayerBounds): number {
  const { lo, hi } = hull(accumulators);
  return 2 ** bitLength(hi - lo) - 1;
}

function lines(list: readonly string[]): string {
  return list.join("\n");
}
