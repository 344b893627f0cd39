import { BN254_SCALAR_ORDER } from "@verimesh/core";
import type { Bn128 } from "ffjavascript";
import { isReduced } from "./readChain.ts";

/** Whether an affine point, Montgomery form, is on G1's curve, whose order is r. Infinity is. */
export function isInG1({ G1 }: Bn128, point: Uint8Array): boolean {
  return isReduced(point) && G1.isValid(point);
}

/** Whether it is on G2's curve and of order r: the curve has other points, which tell something of a secret factor. */
export function isInG2({ G2 }: Bn128, point: Uint8Array): boolean {
  return isReduced(point) && G2.isValid(point) && G2.isZero(G2.timesScalar(point, BN254_SCALAR_ORDER));
}
