import { type Bn128, buildBn128 } from "ffjavascript";

let curve: Promise<Bn128> | null = null;

/** BN254 without threads of its own: for a handful of points, starting threads takes longer than the work. */
export function singleThreadCurve(): Promise<Bn128> {
  return (curve ??= buildBn128(true));
}
