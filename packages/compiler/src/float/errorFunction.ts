const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The error function, to about 1e-15: below 3 the series of positive terms (Abramowitz and Stegun 7.1.6), above it the
 * continued fraction of its complement (7.1.14), evaluated from its 40th level up.
 */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  return Math.sign(x) * (size < 3 ? series(size) : size > 6 ? 1 : 1 - complement(size));
}

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
}

function complement(x: number): number {
  let fraction = x;
  for (let level = 40; level > 0; level--) fraction = x + level / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
