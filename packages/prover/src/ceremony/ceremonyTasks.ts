import { VerimeshError } from "@verimesh/core";
import { powersOfTau, zKey } from "snarkjs";
import { withAllThreads } from "../prove/snarkjsCurve.ts";
import { checkKeyFile } from "./checkKeyFile.ts";
import { checkTranscriptChain } from "./checkTranscriptChain.ts";
import { logTo } from "./snarkjsLog.ts";

/** What is asked of the ceremony's process. Keys come as bytes: what was checked is what is worked on. */
export type CeremonyTask =
  | { readonly task: "checkPhase1"; readonly ptau: string }
  | { readonly task: "start"; readonly r1cs: Uint8Array; readonly ptau: string; readonly out: string }
  | {
      readonly task: "contribute";
      readonly key: Uint8Array;
      readonly out: string;
      readonly name: string;
      /** Mixed by snarkjs with 64 bytes of the operating system's generator. Not empty: snarkjs would ask for it. */
      readonly entropy: string;
    }
  | {
      readonly task: "applyBeacon";
      readonly key: Uint8Array;
      readonly out: string;
      readonly name: string;
      readonly value: string;
      readonly iterations: number;
    }
  | {
      readonly task: "checkKey";
      readonly key: Uint8Array;
      readonly r1cs: Uint8Array;
      readonly ptau: string;
    }
  | { readonly task: "checkChain"; readonly section: Uint8Array; readonly delta2: readonly (readonly bigint[])[] };

/**
 * Does one task with snarkjs, on all cores.
 *
 * @param onProgress receives the share of the work that is done
 * @returns what snarkjs returns of it: a hash, or true
 */
export async function doCeremonyTask(request: CeremonyTask, onProgress: (share: number) => void): Promise<unknown> {
  const log = logTo(request.task, onProgress);
  switch (request.task) {
    case "checkPhase1":
      // Its declared parameters are those of an older snarkjs.
      if (await withAllThreads(() => (powersOfTau.verify as VerifyPhase1)(request.ptau, log))) return true;
      throw new VerimeshError(`${request.ptau} is not a sound phase-1 file.`, {
        code: "CEREMONY_PHASE1_INVALID",
        details: log.problem("snarkjs found that its points are not powers of one secret."),
        docsPath: "ceremony.md",
      });
    case "start": {
      const { r1cs, ptau, out } = request;
      const hash: unknown = await withAllThreads(() => zKey.newZKey(r1cs, ptau, out, log));
      if (hash instanceof Uint8Array) return hash;
      throw new VerimeshError("snarkjs could not make the first key.", {
        code: "CEREMONY_FAILED",
        details: log.problem("It gave no reason."),
      });
    }
    case "contribute": {
      const { key, out, name, entropy } = request;
      return withAllThreads(() => zKey.contribute(key, out, name, entropy, log) as Promise<unknown>);
    }
    case "applyBeacon": {
      const { key, out, name, value, iterations } = request;
      const hash: unknown = await withAllThreads(() => zKey.beacon(key, out, name, value, iterations, log));
      if (hash instanceof Uint8Array) return hash;
      throw new VerimeshError("snarkjs could not apply the beacon.", {
        code: "CEREMONY_FAILED",
        details: log.problem("It gave no reason."),
      });
    }
    case "checkKey":
      await checkKeyFile(request, log);
      return true;
    case "checkChain":
      await checkTranscriptChain(request.section, request.delta2);
      return true;
  }
}

type VerifyPhase1 = (ptau: string, log: unknown) => Promise<boolean>;
