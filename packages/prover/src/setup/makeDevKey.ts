import { BN254_SCALAR_ORDER } from "@verimesh/core";
import { buildBn128 } from "ffjavascript";
import { inverseR } from "../binary/fieldElements.ts";
import { publicSignalCount, readR1cs } from "../r1cs/readR1cs.ts";
import { FixedBase } from "./FixedBase.ts";
import { lagrangeAtTau } from "./lagrange.ts";
import { writeProvingKey } from "./provingKey.ts";
import { combined, domainPowerOf, programAtTau } from "./quadraticProgram.ts";
import { drawToxicWaste, type ToxicWaste } from "./toxicWaste.ts";

/** Scalars from which a wider table pays for itself. */
const MANY_SCALARS = 4000;
/** Cost of a G2 multiplication in G1 multiplications, for the progress. */
const G2_WEIGHT = 3;
const G1_BYTES = 64;

/**
 * Computes a Groth16 key in the scalar field: the circuit's polynomials are evaluated at tau as numbers, and every point
 * of the key is one multiplication of a generator. Blocks for seconds: `setupDev` runs it in a process of its own.
 *
 * Groth, "On the Size of Pairing-Based Non-interactive Arguments", 2016; points of H as snarkjs has them: the odd
 * Lagrange polynomials over the doubled domain, over delta.
 *
 * @param known the secrets, for tests that compare with the native set-up; drawn here otherwise
 * @returns a .zkey
 */
export async function makeDevKey(
  file: Uint8Array,
  onProgress: (share: number) => void,
  known?: ToxicWaste,
): Promise<Uint8Array> {
  const r1cs = readR1cs(file);
  const curve = await buildBn128(true);
  const power = domainPowerOf(r1cs);
  const domainSize = 2 ** power;
  const publicSignals = publicSignalCount(r1cs);

  const waste = known ?? drawToxicWaste(2 * domainSize);
  const lagrange = lagrangeAtTau(domainSize, curve.Fr.toObject(curve.Fr.w[power + 1]!), waste.tau);
  const program = programAtTau(r1cs, lagrange.domain);
  const deltaInverse = inverseR(waste.delta);

  const inB = program.b.filter((value) => value !== 0n).length;
  const work = 2 * r1cs.wires + G2_WEIGHT * inB + domainSize;
  let done = 0;
  const advance = (weight: number) => (count: number) => onProgress(Math.min(1, (done += count * weight) / work));

  const g1 = new FixedBase(curve, "G1", work > MANY_SCALARS ? 12 : 8);
  const g2 = new FixedBase(curve, "G2", inB > MANY_SCALARS ? 12 : 8);
  const timesG1 = (scalars: readonly bigint[]) => g1.multiply(scalars, advance(1));
  const timesG2 = (scalars: readonly bigint[]) => g2.multiply(scalars, advance(G2_WEIGHT));
  const a = timesG1(program.a);
  return writeProvingKey({
    wires: r1cs.wires,
    publicSignals,
    domainSize,
    entries: program.entries,
    header1: timesG1([waste.alpha, waste.beta, waste.delta]),
    header2: timesG2([waste.beta, waste.gamma, waste.delta]),
    ic: timesG1(combined(program, waste, inverseR(waste.gamma), 0, publicSignals + 1)),
    a,
    b1: withChanged(a, program.a, program.b, timesG1),
    b2: timesG2(program.b),
    c: timesG1(combined(program, waste, deltaInverse, publicSignals + 1, r1cs.wires)),
    h: timesG1(lagrange.oddDoubled.map((value) => (value * deltaInverse) % BN254_SCALAR_ORDER)),
  });
}

/** The points of `next`, given those of `scalars`: a bit has the same polynomial in B as in A, and most wires are bits. */
function withChanged(
  points: Uint8Array,
  scalars: readonly bigint[],
  next: readonly bigint[],
  multiply: (scalars: readonly bigint[]) => Uint8Array,
): Uint8Array {
  const result = points.slice();
  const changed = next.flatMap((value, wire) => (value === scalars[wire] ? [] : [wire]));
  const computed = multiply(changed.map((wire) => next[wire]!));
  changed.forEach((wire, i) => result.set(computed.subarray(i * G1_BYTES, (i + 1) * G1_BYTES), wire * G1_BYTES));
  return result;
}
