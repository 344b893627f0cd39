import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { inverseR, modR, powR } from "../binary/fieldElements.ts";

/** Lagrange polynomials at tau: over a domain of n roots of unity, and the odd ones over the domain of 2n. */
export interface LagrangeAtTau {
  /** L_i(tau) over the domain of n, i < n. */
  readonly domain: bigint[];
  /** L_{2i+1}(tau) over the doubled domain, i < n. */
  readonly oddDoubled: bigint[];
}

/**
 * L_i(tau) = (tau^N − 1) · w^i / (N · (tau − w^i)) for both domains with one inversion (Montgomery's trick): the roots
 * of the smaller domain are the even ones of the larger.
 *
 * @param n domain size, a power of two
 * @param root primitive root of unity of order 2n
 * @param tau no root of unity of order 2n
 */
export function lagrangeAtTau(n: number, root: bigint, tau: bigint): LagrangeAtTau {
  const size = 2 * n;
  const powers = new Array<bigint>(size);
  // prefixes[i] = Π_{j<i} (tau − w^j)
  const prefixes = new Array<bigint>(size + 1);
  prefixes[0] = 1n;
  for (let i = 0, power = 1n; i < size; i++, power = (power * root) % R) {
    powers[i] = power;
    prefixes[i + 1] = modR(prefixes[i]! * (tau - power));
  }
  const scaleOf = (count: number) => modR((powR(tau, BigInt(count)) - 1n) * inverseR(BigInt(count)));
  const [evenScale, oddScale] = [scaleOf(n), scaleOf(size)];
  const domain = new Array<bigint>(n);
  const oddDoubled = new Array<bigint>(n);
  let inverse = inverseR(prefixes[size]!);
  for (let i = size - 1; i >= 0; i--) {
    const value = (((inverse * prefixes[i]!) % R) * powers[i]!) % R;
    if (i & 1) oddDoubled[i >> 1] = (value * oddScale) % R;
    else domain[i >> 1] = (value * evenScale) % R;
    inverse = modR(inverse * (tau - powers[i]!));
  }
  return { domain, oddDoubled };
}
