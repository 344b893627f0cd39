import { type Bn128, buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { exclusively } from "../../src/prove/snarkjsCurve.ts";

let made: Promise<Bn128> | undefined;

/** snarkjs' proof and public signals with given blinding factors: its curve's random numbers are r, then s. */
export async function proveWithBlinding(
  zkey: Uint8Array,
  wtns: Uint8Array,
  r: bigint,
  s: bigint,
): Promise<{ proof: unknown; publicSignals: unknown }> {
  return exclusively(async () => {
    const curve = await (made ??= buildBn128(true));
    const draws = [r, s];
    Object.assign(curve.Fr, { random: () => curve.Fr.fromObject(draws.shift()!) });
    (globalThis as { curve_bn128?: unknown }).curve_bn128 = curve;
    return groth16.prove(zkey, wtns);
  });
}
