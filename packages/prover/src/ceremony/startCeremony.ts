import type { CacheOptions } from "../compile/compileCached.ts";
import { hashR1cs, readR1cs } from "../r1cs/readR1cs.ts";
import { readWhole, requireAbsent, sha256, writeWhole } from "./ceremonyFiles.ts";
import { hexOf } from "./Chain.ts";
import { checkPhase1 } from "./checkPhase1.ts";
import { type Phase1, requireLargeEnough } from "./phase1.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";
import { chainOf } from "./verifyCeremony.ts";

export interface StartCeremony {
  /** A linked .r1cs. */
  readonly r1cs: Uint8Array;
  /** Path of a phase-1 file. */
  readonly ptau: string;
  /** Path of the key to write. */
  readonly out: string;
}

export interface StartedCeremony {
  readonly circuitHash: string;
  readonly r1csSha256: string;
  readonly keySha256: string;
  readonly phase1: Phase1;
}

/**
 * Writes the key that a ceremony starts from. Its delta is 1: until somebody contributes, anyone forges proofs with it.
 * The same circuit and phase 1 give the same file.
 *
 * @throws VerimeshError CEREMONY_PHASE1_INVALID, CEREMONY_PHASE1_TOO_SMALL, CEREMONY_FILE_EXISTS, R1CS_INVALID; the
 *   signal's reason if aborted
 */
export async function startCeremony(
  { r1cs, ptau, out }: StartCeremony,
  options: CeremonyOptions & CacheOptions = {},
): Promise<StartedCeremony> {
  const circuit = readR1cs(r1cs);
  await requireAbsent(out);
  const phase1 = await checkPhase1(ptau, options);
  requireLargeEnough(phase1, circuit);
  const key = await writeWhole(out, async (part) => {
    await runCeremonyTask({ task: "start", r1cs, ptau, out: part }, options);
    return readWhole(part);
  });
  const { circuitHash } = chainOf(key);
  return { circuitHash: hexOf(circuitHash), r1csSha256: hashR1cs(r1cs), keySha256: sha256(key), phase1 };
}
