/** What a model may be at most: a hostile file is refused before it costs memory or time. */
export const MODEL_LIMITS = {
  nodes: 1024,
  /** Axes of a tensor. */
  rank: 4,
  /** Elements of one tensor between nodes, input included. */
  elements: 2 ** 20,
  /** Elements of all nodes together. */
  accumulators: 2 ** 22,
  /** Weights, biases, tables, thresholds and indices of the whole model. */
  weights: 2 ** 26,
  /** Multiplications of one run; a comparison or a look-up counts as one. */
  multiplications: 2 ** 32,
  nameLength: 128,
  /** Entries of a lookup's table, and size of a one-hot. */
  table: 1024,
} as const;
