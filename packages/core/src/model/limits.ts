/** What a model may be at most: a hostile file is refused before it costs memory or time. */
export const MODEL_LIMITS = {
  layers: 256,
  /** Elements of one tensor between layers, input included. */
  elements: 2 ** 20,
  /** Accumulators of the whole model. */
  accumulators: 2 ** 22,
  /** Weights of the whole model. */
  weights: 2 ** 26,
  /** Multiplications of one run. */
  multiplications: 2 ** 32,
  nameLength: 128,
} as const;
