/** Partial rounds of circomlib's Poseidon, by number of inputs from 1 on. */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
const FULL_ROUNDS = 8;
const WIDEST = 16;

/** Constraints of circomlib's `Poseidon(inputs)`: three for each S-box, but for the first one, of a constant. */
function poseidonCost(inputs: number): number {
  return 3 * (FULL_ROUNDS * (inputs + 1) + PARTIAL_ROUNDS[inputs - 1]! - 1);
}

/** Constraints of the salt of a hidden output, `Poseidon(salt, 1)`: of its two inputs one is constant. */
export function outputSaltCost(): number {
  return poseidonCost(2) - 3;
}

/** Constraints of `PoseidonChain(words)`. */
export function chainCost(words: number): number {
  let cost = poseidonCost(Math.min(words, WIDEST));
  for (let next = WIDEST; next < words; next += WIDEST - 1)
    cost += poseidonCost(Math.min(words - next, WIDEST - 1) + 1);
  return cost;
}
