import { nodeShapes, runReference, sourcesOf, type ModelNode } from "../../index.ts";
import { rewired, withNodes, type Case } from "./Case.ts";

/** The same with fewer nodes: only the first ones, only those after one, one left out. */
export function* smallerGraphs(found: Case): Generator<Case> {
  const { nodes } = found.model;
  for (let count = 1; count < nodes.length; count++) yield withNodes(found, nodes.slice(0, count));
  for (let source = nodes.length - 1; source > 0; source--) {
    const tail = from(found, source);
    if (tail) yield tail;
  }
  for (let source = nodes.length; source > 0; source--) {
    const isRead = nodes.some((node) => sourcesOf(node).includes(source));
    if (!isRead && source < nodes.length) yield without(found, source, 0);
    else for (const instead of new Set(sourcesOf(nodes[source - 1]!))) yield without(found, source, instead);
  }
}

/** What follows a node, whose values become the input if they are bytes and nothing else is read. */
function from(found: Case, source: number): Case | null {
  const { model } = found;
  const tail = model.nodes.slice(source);
  if (tail.some((node) => sourcesOf(node).some((read) => read < source))) return null;
  const values = runReference(model, found.input).values[source - 1];
  if (!values?.every((value) => value >= 0 && value <= 255)) return null;
  const nodes = tail.map((node) => rewired(node, (read) => read - source));
  return { model: { ...model, inputShape: nodeShapes(model)[source]!, nodes }, input: Uint8Array.from(values) };
}

/** Without one node; who read it reads `instead`. */
function without(found: Case, source: number, instead: number): Case {
  const { nodes } = found.model;
  const moved = (read: number) => (read === source ? instead : read > source ? read - 1 : read);
  const rest: ModelNode[] = nodes.toSpliced(source - 1, 1).map((node) => rewired(node, moved));
  return withNodes(found, rest);
}
