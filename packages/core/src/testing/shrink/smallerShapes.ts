import { VerimeshError } from "../../errors/VerimeshError.ts";
import { elementCount, nodeShapes, shapeOfNode, sourcesOf, type ModelNode, type Shape } from "../../index.ts";
import { adapted } from "./adapted.ts";
import { withNodes, type Case } from "./Case.ts";

/** The same with a shorter axis of the input, or fewer units, filters, entries or repetitions in one node. */
export function* smallerShapes(found: Case): Generator<Case> {
  const { inputShape, nodes } = found.model;
  for (const [axis, size] of inputShape.entries()) {
    for (const less of shorter(size)) yield* withInput(found, inputShape.with(axis, less));
  }
  for (const [index, node] of nodes.entries()) {
    for (const smaller of smallerNodes(node))
      yield* propagated(found, found.model.inputShape, found.input, index, smaller);
  }
}

function shorter(size: number): number[] {
  return [...new Set([1, Math.floor(size / 2), size - 1])].filter((less) => less > 0 && less < size);
}

function* withInput(found: Case, shape: Shape): Generator<Case> {
  yield* propagated(found, shape, found.input.slice(0, elementCount(shape)));
}

function* smallerNodes(node: ModelNode): Generator<ModelNode> {
  if (node.kind === "dense") {
    for (const units of shorter(node.units)) yield { ...node, ...columns(node, node.units, units), units };
  }
  if (node.kind === "conv2d" && node.groups === 1) {
    for (const filters of shorter(node.filters)) yield { ...node, ...columns(node, node.filters, filters), filters };
  }
  if (node.kind === "gather") {
    for (const count of shorter(node.indices.length)) {
      yield { ...node, indices: node.indices.slice(0, count), shape: [...node.shape.slice(1).map(() => 1), count] };
    }
  }
  if (node.kind === "slice" || node.kind === "broadcast") {
    const sizes = node.kind === "slice" ? node.size : node.shape;
    for (const [axis, size] of sizes.entries()) {
      for (const less of shorter(size)) {
        yield node.kind === "slice"
          ? { ...node, size: sizes.with(axis, less) }
          : { ...node, shape: sizes.with(axis, less) };
      }
    }
  }
}

function columns({ weights, bias }: { weights: Int8Array; bias: Int32Array }, width: number, kept: number) {
  return { weights: weights.filter((_, at) => at % width < kept), bias: bias.slice(0, kept) };
}

/** The case with that input, and that node in its place, all that follow brought into line; nothing where one cannot be. */
function* propagated(
  found: Case,
  inputShape: Shape,
  input: Uint8Array,
  replaced = -1,
  replacement?: ModelNode,
): Generator<Case> {
  const before = nodeShapes(found.model);
  const after: Shape[] = [inputShape];
  const nodes: ModelNode[] = [];
  try {
    for (const [index, old] of found.model.nodes.entries()) {
      const sources = sourcesOf(old);
      const from = { sources: sources.map((source) => before[source]!), shape: before[index + 1]! };
      const to = sources.map((source) => after[source]!);
      const node = index === replaced ? replacement! : adapted(old, from, to);
      if (node === null) return;
      nodes.push(node);
      after.push(shapeOfNode(node, to));
    }
  } catch (error) {
    if (error instanceof VerimeshError) return;
    throw error;
  }
  const changed = withNodes(found, nodes);
  yield { model: { ...changed.model, inputShape }, input };
}
