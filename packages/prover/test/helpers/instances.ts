import {
  BN254_SCALAR_ORDER,
  type CircuitInputs,
  argmax,
  packInput,
  packOutputs,
  poseidonCommitment,
  requantize,
} from "@verimesh/core";

/** One instance of a template as the tests and the constraint baseline take it. */
export interface TemplateInstance {
  readonly name: string;
  readonly include: string;
  /** Body of main: the template's inputs are private, its outputs public. */
  readonly body: string;
  /** Inputs at the edges and within, with the outputs that the reference gives. */
  readonly cases: readonly { readonly inputs: CircuitInputs; readonly outputs: readonly bigint[] }[];
  /** Wires that a forger may change without consequence, as `name: reason`. */
  readonly free?: Readonly<Record<string, string>>;
}

const big = (values: ArrayLike<number>) => Array.from(values, BigInt);

function requantizeInstance(shift: number, accLo: number, accHi: number, lo: number, hi: number): TemplateInstance {
  const unit = 2 ** shift;
  const candidates = [
    accLo,
    accHi,
    -unit,
    -unit / 2 - 1,
    -unit / 2,
    -1,
    0,
    1,
    unit / 2 - 1,
    unit / 2,
    lo * unit,
    hi * unit,
  ]
    .concat([(hi + 1) * unit, 2 * (hi + 1) * unit + 5, Math.floor((accLo + accHi) / 2)])
    .filter((acc) => Number.isInteger(acc) && acc >= accLo && acc <= accHi);
  return {
    name: `Requantize(${shift}, ${accLo}, ${accHi}, ${lo}, ${hi})`,
    include: "activations/Requantize.circom",
    body: `signal input acc; signal output y <== Requantize(${shift}, ${accLo}, ${accHi}, ${lo}, ${hi})(acc);`,
    cases: [...new Set(candidates)].map((acc) => ({
      inputs: { acc: BigInt(acc) },
      outputs: [BigInt(requantize(acc, shift, lo, hi))],
    })),
    free: { factor: "multiplied by an excess of zero" },
  };
}

const bytes = Uint8Array.from({ length: 32 }, (_, i) => [0, 255, 1, 254, 17][i % 5]!);
const words = Array.from({ length: 17 }, (_, i) => BN254_SCALAR_ORDER - 1n - BigInt(i) ** 9n);
const scores = [
  [-500, 7, 500, 500],
  [500, 500, 500, 500],
  [-500, -500, -500, -499],
  [3, 2, 1, 0],
];

export const instances: readonly TemplateInstance[] = [
  {
    name: "UpperBits(8, 3)",
    include: "arithmetic/UpperBits.circom",
    body: "signal input in; signal output out[7] <== UpperBits(8, 3)(in);",
    cases: [-3, -2, 0, 124, 125, 252].map((value) => ({
      inputs: { in: BigInt(value) },
      outputs: Array.from({ length: 7 }, (_, i) => BigInt(((value + 3) >> (i + 1)) & 1)),
    })),
  },
  {
    name: "Same()",
    include: "arithmetic/Same.circom",
    body: "signal input a; signal input b; Same()(a, b);",
    cases: [0n, 1n, -1n].map((value) => ({ inputs: { a: value, b: value }, outputs: [] })),
  },
  {
    name: "Keep()",
    include: "arithmetic/Keep.circom",
    body: "signal input value; Keep()(value);",
    cases: [5n, -1n, 1n << 247n].map((value) => ({ inputs: { value }, outputs: [] })),
  },
  // ReLU with sign and saturation; signed; no saturation; no sign; no clamp; an upper clamp that is no power of two.
  requantizeInstance(8, -200_000, 200_000, 0, 255),
  requantizeInstance(5, -32_768, 32_767, -128, 127),
  requantizeInstance(4, -5000, 4000, 0, 255),
  requantizeInstance(3, 0, 16_000, 0, 255),
  requantizeInstance(4, -1000, 1000, -128, 127),
  requantizeInstance(6, -9000, 9000, -127, 127),
  requantizeInstance(0, -300, 300, 0, 255),
  requantizeInstance(0, -7, 100, -128, 127),
  requantizeInstance(2, -900, -5, 0, 255),
  requantizeInstance(2, 5000, 9000, 0, 255),
  requantizeInstance(9, 10, 20, 0, 255),
  requantizeInstance(3, -5, 8000, 0, 255),
  {
    name: "RequantizeChannels(4, 2, [3, 0], [-4096, -9], [4095, -1], 0, 255)",
    include: "activations/RequantizeChannels.circom",
    body:
      "signal input acc[4]; signal input act[4]; " +
      "RequantizeChannels(4, 2, [3, 0], [-4096, -9], [4095, -1], 0, 255)(acc, act);",
    cases: [
      [-4096, -9, 4095, -1],
      [0, -5, 1, -5],
      [4, -1, -4, -9],
    ].map((acc) => ({
      inputs: { acc: big(acc), act: big(acc.map((value, i) => requantize(value, [3, 0][i % 2]!, 0, 255))) },
      outputs: [],
    })),
    free: { factor: "multiplied by an excess of zero" },
  },
  {
    name: "PackBytes(32)",
    include: "commitments/PackBytes.circom",
    body: "signal input x[32]; signal output words[2] <== PackBytes(32)(x);",
    cases: [bytes, new Uint8Array(32), new Uint8Array(32).fill(255)].map((x) => ({
      inputs: { x: big(x) },
      outputs: packInput(x),
    })),
  },
  {
    name: "PoseidonChain(17)",
    include: "commitments/PoseidonChain.circom",
    body: "signal input words[17]; signal output commitment <== PoseidonChain(17)(words);",
    cases: [{ inputs: { words }, outputs: [poseidonCommitment(words)] }],
  },
  {
    name: "Argmax(4, -500, 500)",
    include: "output/Argmax.circom",
    body: "signal input y[4]; signal output index <== Argmax(4, -500, 500)(y);",
    cases: scores.map((y) => ({ inputs: { y: big(y) }, outputs: [BigInt(argmax(Int32Array.from(y)))] })),
  },
  {
    name: "PackOutputs(26, 10, 500)",
    include: "output/PackOutputs.circom",
    body: "signal input y[26]; signal output words[2] <== PackOutputs(26, 10, 500)(y);",
    cases: [-500, 523, 0, 1].map((value) => {
      const y = Array.from({ length: 26 }, (_, i) => (i % 3 === 0 ? value : -value % 500));
      return { inputs: { y: big(y) }, outputs: packOutputs(y, { length: 26, bits: 10, offset: 500 }) };
    }),
  },
];
