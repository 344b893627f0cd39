import { generateSkeleton } from "@verimesh/compiler";
import { circuitLayout, linearLayers, Random, type CircuitLayout, type IntegerModel, type Layer } from "@verimesh/core";
import { compileCached, type CompiledCircuit } from "@verimesh/prover";

/** Models that share one compiled skeleton: the same shapes, shifts and ranges, other weights. */
export interface ShapeFamily {
  readonly base: IntegerModel;
  readonly layout: CircuitLayout;
  readonly circuit: CompiledCircuit;
}

/** Compiles the skeleton of a model once for all members of its family. */
export async function compileFamily(base: IntegerModel): Promise<ShapeFamily> {
  const layout = circuitLayout(base);
  return { base, layout, circuit: await compileCached(generateSkeleton(base), { layout }) };
}

/**
 * A member of the family with other weights: within each output channel the weights change places, layer by layer,
 * wherever that leaves the skeleton as it is.
 */
export function memberOf({ base }: ShapeFamily, seed: number): IntegerModel {
  const random = new Random(seed);
  const skeleton = generateSkeleton(base);
  let member = base;
  base.layers.forEach((_, index) => {
    const layers = member.layers.map((layer, at) => (at === index ? withShuffledWeights(layer, random) : layer));
    const candidate = { ...member, layers };
    if (generateSkeleton(candidate) === skeleton) member = candidate;
  });
  return member;
}

function withShuffledWeights(layer: Layer, random: Random): Layer {
  if (layer.kind !== "dense" && layer.kind !== "conv2d") return layer;
  const channels = layer.bias.length;
  const weights = new Int8Array(layer.weights.length);
  for (let channel = 0; channel < channels; channel++) {
    const column = Array.from(layer.weights.filter((_, at) => at % channels === channel));
    random.shuffle(column);
    column.forEach((weight, tap) => (weights[tap * channels + channel] = weight));
  }
  return { ...layer, weights };
}

/** What a family is made of, for choosing families that differ. */
export function describeFamily(model: IntegerModel): string {
  const kinds = linearLayers(model).map(({ kind }) => kind);
  return `${kinds.join("-")}, ${circuitLayout(model).inputBinding}, ${model.output}`;
}
