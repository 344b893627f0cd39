/** BN254 the slow, obvious way, in affine coordinates: enough to make keys and proofs for tests. */

export const BASE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
export const SCALAR_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export type G1 = readonly [x: bigint, y: bigint];
/** A coordinate is (real, imaginary). */
export type G2 = readonly [x: readonly [bigint, bigint], y: readonly [bigint, bigint]];

export const G1_GENERATOR: G1 = [1n, 2n];
export const G2_GENERATOR: G2 = [
  [
    10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    11559732032986387107991004021392285783925812861821192530917403151452391805634n,
  ],
  [
    8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    4082367875863433681332203403145435568316851327593401208105741076214120093531n,
  ],
];

const modulo = (value: bigint, order: bigint): bigint => ((value % order) + order) % order;

export function invert(value: bigint, order: bigint): bigint {
  let [a, b, x, y] = [modulo(value, order), order, 1n, 0n];
  if (a === 0n) throw new Error("Zero has no inverse.");
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return modulo(x, order);
}

interface Field<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly invert: (a: T) => T;
  readonly equal: (a: T, b: T) => boolean;
}

type Fp2 = readonly [bigint, bigint];
const mod = (value: bigint): bigint => modulo(value, BASE_ORDER);

const fp: Field<bigint> = {
  add: (a, b) => mod(a + b),
  sub: (a, b) => mod(a - b),
  mul: (a, b) => mod(a * b),
  invert: (a) => invert(a, BASE_ORDER),
  equal: (a, b) => a === b,
};

/** Fp[i] with i² = −1. */
const fp2: Field<Fp2> = {
  add: (a, b) => [mod(a[0] + b[0]), mod(a[1] + b[1])],
  sub: (a, b) => [mod(a[0] - b[0]), mod(a[1] - b[1])],
  mul: (a, b) => [mod(a[0] * b[0] - a[1] * b[1]), mod(a[0] * b[1] + a[1] * b[0])],
  invert: (a) => {
    const norm = invert(a[0] * a[0] + a[1] * a[1], BASE_ORDER);
    return [mod(a[0] * norm), mod(-a[1] * norm)];
  },
  equal: (a, b) => a[0] === b[0] && a[1] === b[1],
};

type Point<T> = readonly [T, T];

/** Null is infinity. Both curves have a = 0. */
function addPoints<T>(field: Field<T>, p: Point<T> | null, q: Point<T> | null): Point<T> | null {
  if (!p) return q;
  if (!q) return p;
  const { add, sub, mul, equal } = field;
  const same = equal(p[0], q[0]);
  if (same && !equal(p[1], q[1])) return null;
  const square = mul(p[0], p[0]);
  const slope = same
    ? mul(add(square, add(square, square)), field.invert(add(p[1], p[1])))
    : mul(sub(q[1], p[1]), field.invert(sub(q[0], p[0])));
  const x = sub(sub(mul(slope, slope), p[0]), q[0]);
  return [x, sub(mul(slope, sub(p[0], x)), p[1])];
}

function multiply<T>(field: Field<T>, point: Point<T>, scalar: bigint): Point<T> {
  let sum: Point<T> | null = null;
  let power: Point<T> | null = point;
  for (let k = modulo(scalar, SCALAR_ORDER); k > 0n; k >>= 1n) {
    if (k & 1n) sum = addPoints(field, sum, power);
    power = addPoints(field, power, power);
  }
  if (!sum) throw new Error("The product is infinity, which has no affine coordinates.");
  return sum;
}

export const multiplyG1 = (scalar: bigint, point: G1 = G1_GENERATOR): G1 => multiply(fp, point, scalar);
export const multiplyG2 = (scalar: bigint, point: G2 = G2_GENERATOR): G2 => multiply(fp2, point, scalar);
