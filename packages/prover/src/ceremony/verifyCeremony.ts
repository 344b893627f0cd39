import { VerimeshError } from "@verimesh/core";
import type { CacheOptions } from "../compile/compileCached.ts";
import { readProvingKey } from "../prove/readProvingKey.ts";
import { hashR1cs, readR1cs } from "../r1cs/readR1cs.ts";
import type { Attestation } from "./Attestation.ts";
import { sha256 } from "./ceremonyFiles.ts";
import { type Chain, type Contribution, hexOf } from "./Chain.ts";
import { checkAttestations } from "./checkAttestations.ts";
import { checkPhase1 } from "./checkPhase1.ts";
import { type Phase1, requireLargeEnough } from "./phase1.ts";
import { readChain } from "./readChain.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";

export interface CeremonyKey {
  /** A .zkey of the ceremony, of any of its steps. */
  readonly key: Uint8Array;
  /** The linked .r1cs that the key is said to be of. */
  readonly r1cs: Uint8Array;
  /** Path of the phase-1 file that it is said to be from. */
  readonly ptau: string;
  readonly attestations?: readonly Attestation[] | undefined;
}

/** A ceremony whose key was found sound. */
export interface CeremonyReport {
  /** snarkjs' circuit hash, lower-case hex. */
  readonly circuitHash: string;
  readonly r1csSha256: string;
  readonly keySha256: string;
  readonly phase1: Phase1;
  readonly contributions: readonly (Contribution & { readonly attestation?: Attestation | undefined })[];
}

/**
 * Checks all of a ceremony's key: phase 1, that the key is of this circuit, each contribution, and the attestations.
 *
 * @throws VerimeshError naming what is wrong: PROVING_KEY_INVALID, R1CS_INVALID, CEREMONY_FILE_INVALID,
 *   CEREMONY_PHASE1_INVALID, CEREMONY_PHASE1_TOO_SMALL, CEREMONY_PHASE1_MISMATCH, CEREMONY_CIRCUIT_MISMATCH,
 *   CEREMONY_CONTRIBUTION_INVALID, CEREMONY_KEY_INVALID, CEREMONY_ATTESTATION_MISMATCH; the signal's reason if aborted
 */
export async function verifyCeremony(
  { key, r1cs, ptau, attestations = [] }: CeremonyKey,
  options: CeremonyOptions & CacheOptions = {},
): Promise<CeremonyReport> {
  const circuit = readR1cs(r1cs);
  const chain = chainOf(key);
  const phase1 = await checkPhase1(ptau, options);
  requireLargeEnough(phase1, circuit);
  await runCeremonyTask({ task: "checkKey", key, r1cs, ptau }, options);
  const ceremony = {
    circuitHash: hexOf(chain.circuitHash),
    r1csSha256: hashR1cs(r1cs),
    phase1Blake2b: phase1.blake2b,
    contributions: chain.contributions,
  };
  const attested = checkAttestations(attestations, ceremony);
  return {
    ...{ circuitHash: ceremony.circuitHash, r1csSha256: ceremony.r1csSha256, keySha256: sha256(key), phase1 },
    contributions: chain.contributions.map((each) => ({ ...each, attestation: attested.get(each.index) })),
  };
}

/** The contributions in a .zkey, unchecked. */
export function chainOf(key: Uint8Array): Chain {
  return readChain(readProvingKey(key).section(10));
}

/**
 * That a ceremony is over and worth something: somebody contributed, everybody who did attests it, and a beacon ended it.
 *
 * @throws VerimeshError CEREMONY_INCOMPLETE
 */
export function requireComplete({ contributions }: Pick<CeremonyReport, "contributions">): void {
  const people = contributions.filter(({ kind }) => kind === "person");
  if (people.length === 0) {
    incomplete("Nobody contributed, so everybody knows its secret: with such a key anyone forges proofs.");
  }
  if (contributions.at(-1)?.kind !== "beacon") {
    incomplete("Its last contribution is not a beacon: run `verimesh setup ceremony beacon`.");
  }
  const silent = people.filter(({ attestation }) => attestation === undefined);
  if (silent.length > 0) {
    const names = silent.map(({ index, name }) => `${index} (${name || "no name"})`);
    incomplete(`Attestations are missing of contribution ${names.join(", ")}.`);
  }
}

function incomplete(details: string): never {
  throw new VerimeshError("This ceremony is not complete.", {
    code: "CEREMONY_INCOMPLETE",
    details,
    docsPath: "ceremony.md",
  });
}
