import type { DecisionTree, FloatTrees, TreeLeaf } from "./types.ts";

/** Scores of the trees on some rows of features, `[count, outputs]` flat. */
export function runTrees({ outputs, base, trees }: FloatTrees, rows: Float32Array, count: number): Float32Array {
  const width = rows.length / count;
  const scores = new Float32Array(count * outputs);
  for (let row = 0; row < count; row++) {
    const sums = Float64Array.from(base);
    const x = rows.subarray(row * width, (row + 1) * width);
    for (const tree of trees) for (const { output, value } of leafOf(tree, x).contributions) sums[output]! += value;
    scores.set(sums, row * outputs);
  }
  return scores;
}

/** The leaf that the features reach. */
export function leafOf({ nodes }: DecisionTree, x: ArrayLike<number>): TreeLeaf {
  let node = nodes[0]!;
  while (node.kind === "split") node = nodes[x[node.feature]! < node.threshold ? node.left : node.right]!;
  return node;
}
