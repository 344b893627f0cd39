import type { G2Affine } from "./types.ts";

/** Order of BN254's base field: the field of point coordinates. */
export const BN254_BASE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

const Q = BN254_BASE_ORDER;

/** 3 / (9 + u), the constant of the twist that G2 lies on, real part first. */
const TWIST_B = [
  19485874751759354771024239261021720505790618469301721065564631296452457478373n,
  266929791119991161246907387137283842545076965332900288569378510910307636690n,
] as const;

/** Whether the coordinates are reduced and y² = x³ + 3. The point at infinity has none and is not on the curve here. */
export function isOnG1([x, y]: readonly [bigint, bigint]): boolean {
  return [x, y].every(isReduced) && (y * y - x * x * x - 3n) % Q === 0n;
}

/** Whether the coordinates are reduced and the point is on the twist; its subgroup is not checked. */
export function isOnG2([x, y]: G2Affine): boolean {
  if (![...x, ...y].every(isReduced)) return false;
  const left = multiply(y, y);
  const cube = multiply(multiply(x, x), x);
  return left.every((value, i) => (value - cube[i]! - TWIST_B[i]!) % Q === 0n);
}

function isReduced(value: bigint): boolean {
  return value >= 0n && value < Q;
}

/** Product in Fq[u] / (u² + 1). */
function multiply(a: readonly [bigint, bigint], b: readonly [bigint, bigint]): [bigint, bigint] {
  return [(a[0] * b[0] - a[1] * b[1]) % Q, (a[0] * b[1] + a[1] * b[0]) % Q];
}
