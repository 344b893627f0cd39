import type { Bn128 } from "ffjavascript";

/** Bytes converted at a time. */
const PIECE = 2 ** 20;

/** Points as snarkjs hashes them: out of Montgomery form, big-endian, in G2 the imaginary part first. */
export async function uncompressed(curve: Bn128, points: Uint8Array, group: "G1" | "G2"): Promise<Uint8Array> {
  const result = new Uint8Array(points.length);
  for (let at = 0; at < points.length; at += PIECE) {
    result.set(await curve[group].batchLEMtoU(points.slice(at, at + PIECE)), at);
  }
  return result;
}
