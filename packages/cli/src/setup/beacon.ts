import { applyBeacon, readWhole } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";
import { nextFile } from "./ceremonyFiles.ts";
import { ceremonyProgress } from "./ceremonyProgress.ts";

export interface CeremonyBeaconOptions {
  readonly value: string;
  readonly iterations: number;
  readonly out?: string;
}

/** Ends the contributions with a public value. */
export async function applyBeaconTo(
  context: Context,
  keyFile: string,
  { value, iterations, out: target = nextFile(keyFile) }: CeremonyBeaconOptions,
): Promise<void> {
  const { out } = context;
  const key = await readWhole(keyFile);
  const added = await applyBeacon({ key, out: target, beacon: { value, iterations } }, ceremonyProgress(context));
  out.facts({
    Contribution: `${added.index}, the beacon`,
    "Contribution hash": added.hash,
    Key: target,
  });
  out.result({ index: added.index, hash: added.hash, beacon: added.beacon, key: target });
}
