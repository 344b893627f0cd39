import { VerimeshError } from "@verimesh/core";
import { powersOfTau } from "snarkjs";
import { withAllThreads } from "../prove/snarkjsCurve.ts";
import { nativeUnlessRefused } from "../setup/setupDev.ts";
import type { CeremonyEngine } from "./CeremonyEngine.ts";
import { checkKeyFile } from "./checkKeyFile.ts";
import { checkTranscriptChain } from "./checkTranscriptChain.ts";
import { nativeEngine } from "./nativeEngine.ts";
import { snarkjsEngine } from "./snarkjsEngine.ts";
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
      /** Mixed with 64 bytes of the operating system's generator. Not empty: snarkjs would ask for it. */
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
 * Does one task, on all cores: with the native addon where there is one, else with snarkjs.
 *
 * @param onProgress receives the share of the work that is done
 * @returns a hash, or true
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
    case "start":
      return (await ceremonyEngine()).start(request.r1cs, request.ptau, request.out, log);
    case "contribute":
      return (await ceremonyEngine()).contribute(request.key, request.out, request, log);
    case "applyBeacon":
      return (await ceremonyEngine()).applyBeacon(request.key, request.out, request, log);
    case "checkKey":
      await checkKeyFile(request, await ceremonyEngine(), log);
      return true;
    case "checkChain":
      await checkTranscriptChain(request.section, request.delta2);
      return true;
  }
}

async function ceremonyEngine(): Promise<CeremonyEngine> {
  const native = await nativeUnlessRefused();
  return native === null ? snarkjsEngine : nativeEngine(native);
}

type VerifyPhase1 = (ptau: string, log: unknown) => Promise<boolean>;
