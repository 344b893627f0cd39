/**
 * A verification key whose toxic waste the test knows, so that it can prove any statement at once, without a circuit.
 * Registry and verifier run as in production: only the secret of the set-up is not one. The same as ForgingKey.sol.
 */
import type { SolidityProof } from "@verimesh/core";
import { concat, encodeAbiParameters, type Hex, keccak256, numberToHex, stringToBytes } from "viem";
import { type G1, type G2, invert, multiplyG1, multiplyG2, SCALAR_ORDER } from "./bn254.ts";

const scalarOf = (hash: Hex): bigint => BigInt(hash) % SCALAR_ORDER;
const named = (name: string): bigint => scalarOf(keccak256(stringToBytes(name)));
const numbered = (seed: bigint, index: bigint): bigint =>
  scalarOf(keccak256(encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [seed, index])));

/** The same for every seed: multiplications in G2 have no precompile, so ForgingKey.sol holds them as constants. */
export const G2_SCALARS = {
  BETA: named("verimesh.beta"),
  GAMMA: named("verimesh.gamma"),
  DELTA: named("verimesh.delta"),
  B: named("verimesh.b"),
};

const encodeWords = (words: readonly bigint[]): Hex => concat(words.map((word) => numberToHex(word, { size: 32 })));
const encodeG1 = (point: G1): Hex => encodeWords(point);
/** EIP-197: imaginary part first. */
export const encodeG2 = ([x, y]: G2): Hex => encodeWords([x[1], x[0], y[1], y[0]]);

export interface ForgingKey {
  readonly publicSignals: number;
  /** As `VerifierRegistry.deployVerifier` takes it. */
  readonly verificationKey: Hex;
  /** A proof that the verifier of this key accepts for exactly these signals. */
  readonly prove: (signals: readonly bigint[]) => SolidityProof;
}

/** Keys of different seeds differ in alpha and IC. */
export function createForgingKey(publicSignals: number, seed = 0n): ForgingKey {
  const { BETA, GAMMA, DELTA, B } = G2_SCALARS;
  const alpha = numbered(seed, 0n);
  const ic = Array.from({ length: publicSignals + 1 }, (_, index) => numbered(seed, BigInt(index + 1)));
  const verificationKey = concat([
    encodeG1(multiplyG1(alpha)),
    ...[BETA, GAMMA, DELTA].map((scalar) => encodeG2(multiplyG2(scalar))),
    ...ic.map((scalar) => encodeG1(multiplyG1(scalar))),
  ]);
  const [bX, bY] = multiplyG2(B);

  function prove(signals: readonly bigint[]): SolidityProof {
    if (signals.length !== publicSignals) throw new Error(`The key takes ${publicSignals} signals.`);
    const a = scalarOf(keccak256(encodeAbiParameters([{ type: "uint256[]" }], [[...signals]])));
    const statement = signals.reduce((sum, signal, index) => sum + signal * ic[index + 1]!, ic[0]!);
    const c = ((a * B - alpha * BETA - statement * GAMMA) * invert(DELTA, SCALAR_ORDER)) % SCALAR_ORDER;
    return [...multiplyG1(a), bX[1], bX[0], bY[1], bY[0], ...multiplyG1(c)] as unknown as SolidityProof;
  }
  return { publicSignals, verificationKey, prove };
}
