import { BN254_SCALAR_ORDER as R } from "@verimesh/core";

/** Parameters of `Lookup.circom`. Elements of BN254's scalar field. */
export interface LookupPolynomial {
  readonly k: number;
  readonly levels: number;
  readonly scale: bigint;
  readonly coefficients: readonly bigint[];
}

/** Coefficients mod r, the constant first; the last one is not zero. */
type Polynomial = readonly bigint[];

/**
 * The polynomial through the entries of a table, laid out for few products.
 *
 * @param table at least 1 entry; entry i belongs to x = lo + i
 * @returns a number if all entries are the same
 */
export function lookupPolynomial(lo: number, table: ArrayLike<number>): LookupPolynomial | number {
  const polynomial = interpolate(lo, table);
  const degree = polynomial.length - 1;
  if (degree <= 0) return table[0]!;
  // Either the polynomial itself, or with a multiple of the one that vanishes on the whole table: monic, of any degree
  // from the number of entries on.
  const candidates: { k: number; levels: number; isExact: boolean }[] = [];
  for (let levels = 1; levels <= 8; levels++) {
    const unit = 2 ** levels - 1;
    if (degree % unit === 0) candidates.push({ k: degree / unit, levels, isExact: true });
    candidates.push({ k: Math.ceil(table.length / unit), levels, isExact: false });
  }
  const { k, levels, isExact } = candidates.reduce((a, b) => (productsOf(b) < productsOf(a) ? b : a));
  if (isExact) {
    const scale = polynomial[degree]!;
    const inverse = power(scale, R - 2n);
    return { k, levels, scale, coefficients: layOut(scaled(polynomial, inverse), k, levels) };
  }
  const vanishing = vanishingPolynomial(lo, table.length, k * (2 ** levels - 1) - table.length);
  return { k, levels, scale: 1n, coefficients: layOut(added(polynomial, vanishing), k, levels) };
}

/** Number of products, and so of constraints. */
export function productsOf({ k, levels }: Pick<LookupPolynomial, "k" | "levels">): number {
  return Math.max(1, k + levels + 2 ** (levels - 1) - 3);
}

/**
 * Monic p of degree k · (2^levels − 1) as Paterson and Stockmeyer have it: p = (z + c) · q + s with z = x^(k · 2^(levels-1)),
 * deg c < k, and q, s monic of degree k · (2^(levels-1) − 1).
 */
function layOut(monic: Polynomial, k: number, levels: number): bigint[] {
  const byLevel: bigint[][] = Array.from({ length: levels + 1 }, () => []);
  const split = (p: Polynomial, level: number): void => {
    if (level === 1) {
      byLevel[1]!.push(...Array.from({ length: k }, (_, i) => p[i] ?? 0n));
      return;
    }
    const z = k * 2 ** (level - 1);
    const half = k * (2 ** (level - 1) - 1);
    const q = p.slice(z);
    const rest = Array.from({ length: z }, (_, i) => p[i] ?? 0n);
    rest[half] = mod(rest[half]! - 1n);
    const { quotient, remainder } = divideByMonic(rest, q);
    const s = Array.from({ length: half }, (_, i) => remainder[i] ?? 0n);
    split(q, level - 1);
    split([...s, 1n], level - 1);
    byLevel[level]!.push(...Array.from({ length: k }, (_, i) => quotient[i] ?? 0n));
  };
  split(monic, levels);
  return byLevel.flat();
}

function divideByMonic(dividend: Polynomial, divisor: Polynomial): { quotient: bigint[]; remainder: bigint[] } {
  const remainder = [...dividend];
  const degree = divisor.length - 1;
  const quotient: bigint[] = [];
  for (let at = remainder.length - 1; at >= degree; at--) {
    const factor = remainder[at]!;
    quotient[at - degree] = factor;
    if (factor === 0n) continue;
    for (let i = 0; i <= degree; i++)
      remainder[at - degree + i] = mod(remainder[at - degree + i]! - factor * divisor[i]!);
  }
  return { quotient, remainder: remainder.slice(0, degree) };
}

/** Newton's form from forward differences, then the usual one, by Horner. */
function interpolate(lo: number, table: ArrayLike<number>): Polynomial {
  const differences = Array.from(table, (value) => BigInt(value));
  const newton: bigint[] = [];
  let factorial = 1n;
  for (let order = 0; order < table.length; order++) {
    if (order > 0) factorial = mod(factorial * BigInt(order));
    newton.push(mod(mod(differences[0]!) * power(factorial, R - 2n)));
    for (let i = 0; i + 1 < table.length - order; i++) differences[i] = differences[i + 1]! - differences[i]!;
  }
  let result: bigint[] = [];
  for (let order = table.length - 1; order >= 0; order--) {
    result = timesLinear(result, BigInt(lo + order));
    result[0] = mod((result[0] ?? 0n) + newton[order]!);
  }
  while (result.length > 0 && result.at(-1) === 0n) result.pop();
  return result;
}

/** x^extra · Π (x − lo − i) for i below `length`. */
function vanishingPolynomial(lo: number, length: number, extra: number): Polynomial {
  let result: bigint[] = [1n];
  for (let i = 0; i < length; i++) result = timesLinear(result, BigInt(lo + i));
  return [...new Array<bigint>(extra).fill(0n), ...result];
}

/** p · (x − root). */
function timesLinear(p: Polynomial, root: bigint): bigint[] {
  if (p.length === 0) return [];
  return Array.from({ length: p.length + 1 }, (_, i) => mod((p[i - 1] ?? 0n) - root * (p[i] ?? 0n)));
}

function added(a: Polynomial, b: Polynomial): bigint[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => mod((a[i] ?? 0n) + (b[i] ?? 0n)));
}

function scaled(p: Polynomial, factor: bigint): bigint[] {
  return p.map((coefficient) => mod(coefficient * factor));
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function mod(value: bigint): bigint {
  const rest = value % R;
  return rest < 0n ? rest + R : rest;
}
