import type { CeremonyOptions, CeremonyStep } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";

const STEPS: Readonly<Record<CeremonyStep, string>> = {
  checkPhase1: "Checking phase 1",
  start: "Making the first key",
  contribute: "Contributing",
  applyBeacon: "Applying the beacon",
  checkKey: "Checking the key against circuit and phase 1",
  checkChain: "Checking the contributions",
};

/** Tells of each step when it begins, and at each tenth. */
export function ceremonyProgress({ out, signal }: Context): CeremonyOptions {
  let told = "";
  return {
    signal,
    onProgress: (step, share) => {
      const text = `${STEPS[step]} ${10 * Math.floor(10 * share)} %`;
      if (text !== told) out.progress(text);
      told = text;
    },
  };
}
