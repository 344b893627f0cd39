import { type VerificationKey, type VerimeshError, decodeVerificationKey, encodeVerificationKey } from "@verimesh/core";
import { G1_BYTES, readG1, readG2, viewOf } from "../binary/points.ts";
import { invalidProvingKey, readProvingKey } from "./readProvingKey.ts";

/**
 * The verification key inside a .zkey. Checks on the way what `readProvingKey` does, and that the registry would take the
 * key but for G2's subgroup: no point at infinity or off its curve, gamma not ±delta.
 *
 * @throws VerimeshError PROVING_KEY_INVALID
 */
export function readVerificationKey(provingKey: Uint8Array): VerificationKey {
  const { header, signals, section } = readProvingKey(provingKey);
  const ic = viewOf(section(3));
  const key: VerificationKey = {
    alpha: readG1(header, 84),
    beta: readG2(header, 212),
    gamma: readG2(header, 340),
    delta: readG2(header, 532),
    ic: Array.from({ length: signals + 1 }, (_, i) => readG1(ic, G1_BYTES * i)),
  };
  try {
    return decodeVerificationKey(encodeVerificationKey(key));
  } catch (cause) {
    return invalidProvingKey((cause as VerimeshError).details ?? String(cause));
  }
}
