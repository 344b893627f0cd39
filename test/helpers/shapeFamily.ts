import { generateSkeleton } from "@verimesh/compiler";
import {
  circuitLayout,
  Random,
  validateModel,
  VerimeshError,
  type CircuitLayout,
  type IntegerModel,
  type ModelNode,
} from "@verimesh/core";
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
 * A member of the family with other weights: within each output channel the weights change places, node by node,
 * wherever that leaves the skeleton as it is and the model valid.
 */
export function memberOf({ base }: ShapeFamily, seed: number): IntegerModel {
  const random = new Random(seed);
  const skeleton = generateSkeleton(base);
  let member = base;
  base.nodes.forEach((node, index) => {
    const shuffled = withShuffledWeights(node, random);
    if (shuffled === null) return;
    const candidate = { ...member, nodes: member.nodes.with(index, shuffled) };
    if (isValid(candidate) && generateSkeleton(candidate) === skeleton) member = candidate;
  });
  return member;
}

function withShuffledWeights(node: ModelNode, random: Random): ModelNode | null {
  if (node.kind !== "dense" && node.kind !== "conv2d") return null;
  const channels = node.bias.length;
  const weights = new Int8Array(node.weights.length);
  for (let channel = 0; channel < channels; channel++) {
    const column = Array.from(node.weights.filter((_, at) => at % channels === channel));
    random.shuffle(column);
    column.forEach((weight, tap) => (weights[tap * channels + channel] = weight));
  }
  return { ...node, weights };
}

function isValid(model: IntegerModel): boolean {
  try {
    validateModel(model);
    return true;
  } catch (error) {
    if (error instanceof VerimeshError) return false;
    throw error;
  }
}

/** What a family is made of, for choosing families that differ. */
export function describeFamily(model: IntegerModel): string[] {
  const { inputBinding } = circuitLayout(model);
  return [...model.nodes.map(({ kind }) => kind), inputBinding, model.output.kind, `hides ${model.hides}`];
}
