import { VerimeshError } from "@verimesh/core";
import { readWhole, requireAbsent, writeWhole } from "./ceremonyFiles.ts";
import { type Beacon, type Contribution, MAX_BEACON_ITERATIONS, MIN_BEACON_ITERATIONS } from "./Chain.ts";
import { requireAdded, requireOpen } from "./contribute.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";
import { chainOf } from "./verifyCeremony.ts";

export interface ApplyBeacon {
  /** The .zkey of the last person's contribution. */
  readonly key: Uint8Array;
  /** Path of the .zkey to write. */
  readonly out: string;
  /** `value` with or without 0x; at least 16 bytes, so that it cannot be one of few. */
  readonly beacon: Beacon;
}

/** What stands as the name of the contribution. */
export const BEACON_NAME = "beacon";

/**
 * Ends a ceremony with a contribution that anyone can draw again from a public value, so that whoever came last could
 * not choose the key. The same key and value give the same file.
 *
 * @throws VerimeshError CEREMONY_BEACON_INVALID, CEREMONY_CLOSED, CEREMONY_INCOMPLETE if nobody has contributed,
 *   CEREMONY_FILE_EXISTS; the signal's reason if aborted
 */
export async function applyBeacon(
  { key, out, beacon }: ApplyBeacon,
  options: CeremonyOptions = {},
): Promise<Contribution> {
  const { value, iterations } = checkedBeacon(beacon);
  const { contributions } = chainOf(key);
  requireOpen(contributions);
  if (contributions.length === 0) {
    throw new VerimeshError("Nobody has contributed to this ceremony.", {
      code: "CEREMONY_INCOMPLETE",
      details: "A beacon alone hides nothing: everyone knows its value.",
    });
  }
  await requireAbsent(out);
  return writeWhole(out, async (part) => {
    const task = { task: "applyBeacon", key, out: part, name: BEACON_NAME, value, iterations } as const;
    const hash = await runCeremonyTask<Uint8Array>(task, options);
    return requireAdded(await readWhole(part), contributions.length + 1, BEACON_NAME, hash);
  });
}

function checkedBeacon({ value, iterations }: Beacon): Beacon {
  const hex = value.replace(/^0x/, "").toLowerCase();
  if (!/^(?:[0-9a-f]{2}){16,255}$/.test(hex)) {
    invalid("Expected 16 to 255 bytes in hex, such as the hash of a block that was announced before it was mined.");
  }
  if (!Number.isInteger(iterations) || iterations < MIN_BEACON_ITERATIONS || iterations > MAX_BEACON_ITERATIONS) {
    invalid(`Expected an exponent of ${MIN_BEACON_ITERATIONS} to ${MAX_BEACON_ITERATIONS}: so many times two to hash.`);
  }
  return { value: hex, iterations };
}

function invalid(details: string): never {
  throw new VerimeshError("This beacon cannot be used.", { code: "CEREMONY_BEACON_INVALID", details });
}
