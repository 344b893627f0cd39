import { VerimeshError } from "@verimesh/core";
import type { DecisionTree, TreeLeaf, TreeSplit } from "../../float/types.ts";

/** Trees of one file, and nodes of one tree, at most. */
export const MAX_TREES = 4096;
const MAX_TREE_NODES = 2 ** 16;
const MAX_DEPTH = 64;

/** A split whose children are still the reader's own nodes. */
export interface OpenSplit<Node> {
  readonly kind: "split";
  readonly feature: number;
  readonly threshold: number;
  readonly left: Node;
  readonly right: Node;
}

/**
 * Writes a tree as an array, parents before children.
 *
 * @param describe reads one of the file's nodes; two nodes are the same if they are equal
 * @throws VerimeshError `MODEL_FILE_INVALID` for a node with two parents, a cycle, or a tree too large or too deep
 */
export function flattenTree<Node>(
  name: string,
  root: Node,
  describe: (node: Node) => OpenSplit<Node> | TreeLeaf,
): DecisionTree {
  const nodes: (TreeSplit | TreeLeaf)[] = [];
  const queue: { node: Node; depth: number }[] = [{ node: root, depth: 0 }];
  const seen = new Set<Node>([root]);
  const enqueue = (node: Node, depth: number): number => {
    if (seen.has(node)) refuse(name, "reaches one node on two ways", "Expected every node to have one parent.");
    seen.add(node);
    if (depth > MAX_DEPTH) refuse(name, "is too deep", `Expected at most ${MAX_DEPTH} splits on a path.`);
    if (queue.length >= MAX_TREE_NODES) refuse(name, "is too large", `Expected at most ${MAX_TREE_NODES} nodes.`);
    return queue.push({ node, depth }) - 1;
  };
  for (const { node, depth } of queue) {
    const read = describe(node);
    if (read.kind === "leaf") nodes.push(read);
    else nodes.push({ ...read, left: enqueue(read.left, depth + 1), right: enqueue(read.right, depth + 1) });
  }
  return { nodes };
}

function refuse(name: string, fact: string, details: string): never {
  throw new VerimeshError(`${name} ${fact}.`, { code: "MODEL_FILE_INVALID", details });
}
