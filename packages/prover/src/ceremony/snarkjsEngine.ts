import { VerimeshError } from "@verimesh/core";
import type { Bn128 } from "ffjavascript";
import { zKey } from "snarkjs";
import { auditCurve } from "../audit/auditCurve.ts";
import { firstOffG1 } from "../audit/keySections.ts";
import { withAllThreads } from "../prove/snarkjsCurve.ts";
import type { CeremonyEngine } from "./CeremonyEngine.ts";
import type { SnarkjsLog } from "./snarkjsLog.ts";

/** snarkjs, on all cores. */
export const snarkjsEngine: CeremonyEngine = {
  async start(r1cs, ptau, out, log) {
    const hash: unknown = await withAllThreads(() => zKey.newZKey(r1cs, ptau, out, log));
    return hashOr(hash, "snarkjs could not make the first key.", log);
  },
  contribute(key, out, { name, entropy }, log) {
    return withAllThreads(() => zKey.contribute(key, out, name, entropy, log) as Promise<Uint8Array>);
  },
  async applyBeacon(key, out, { name, value, iterations }, log) {
    const hash: unknown = await withAllThreads(() => zKey.beacon(key, out, name, value, iterations, log));
    return hashOr(hash, "snarkjs could not apply the beacon.", log);
  },
  async sum(points, scalars) {
    const off = firstOffG1(points);
    if (off >= 0) {
      throw new VerimeshError(`Point ${off} is not on its curve.`, { code: "POINTS_INVALID" });
    }
    const { G1 } = await auditCurve();
    return G1.toAffine(await withAllThreads(() => threadedCurve().G1.multiExpAffine(points, scalars)));
  },
};

/** What `withAllThreads` set. */
function threadedCurve(): { readonly G1: Pick<Awaited<ReturnType<typeof auditCurve>>["G1"], "multiExpAffine"> } {
  return (globalThis as unknown as { curve_bn128: Bn128 }).curve_bn128 as never;
}

function hashOr(hash: unknown, shortMessage: string, log: SnarkjsLog): Uint8Array {
  if (hash instanceof Uint8Array) return hash;
  throw new VerimeshError(shortMessage, { code: "CEREMONY_FAILED", details: log.problem("It gave no reason.") });
}
