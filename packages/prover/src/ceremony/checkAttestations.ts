import { VerimeshError } from "@verimesh/core";
import type { Attestation } from "./Attestation.ts";
import { type Contribution, titleOf } from "./Chain.ts";

/** What attestations are compared with. */
export interface Attested {
  readonly circuitHash: string;
  readonly r1csSha256: string;
  readonly phase1Blake2b: string;
  readonly contributions: readonly Contribution[];
}

/**
 * Finds for each attestation the contribution that it is of.
 *
 * @returns by index of the contribution
 * @throws VerimeshError CEREMONY_ATTESTATION_MISMATCH, naming who attested and what is not as attested
 */
export function checkAttestations(
  attestations: readonly Attestation[],
  ceremony: Attested,
): ReadonlyMap<number, Attestation> {
  const found = new Map<number, Attestation>();
  for (const attestation of attestations) {
    const { name, index } = attestation;
    if (found.has(index)) mismatch(attestation, `is the second one of contribution ${index}`);
    if (attestation.circuitHash !== ceremony.circuitHash) mismatch(attestation, "is of a ceremony for another circuit");
    const contribution = ceremony.contributions[index - 1];
    const elsewhere = ceremony.contributions.find(({ hash }) => hash === attestation.contributionHash);
    if (contribution === undefined || contribution.hash !== attestation.contributionHash) {
      if (elsewhere !== undefined) mismatch(attestation, `is of a contribution that is the ${titleOf(elsewhere)} here`);
      mismatch(attestation, "is of a contribution that is not in this key: it was dropped or replaced");
    }
    if (contribution.kind === "beacon") mismatch(attestation, "is of a beacon, which no person makes");
    if (contribution.name !== name) {
      mismatch(attestation, `is of a contribution whose name in this key is "${contribution.name}"`);
    }
    const { checkedAgainst } = attestation;
    if (checkedAgainst && checkedAgainst.r1csSha256 !== ceremony.r1csSha256) {
      mismatch(attestation, "says that the key was checked against another circuit file");
    }
    if (checkedAgainst && checkedAgainst.phase1Blake2b !== ceremony.phase1Blake2b) {
      mismatch(attestation, "says that the key was checked against another phase-1 file");
    }
    found.set(index, attestation);
  }
  for (const attestation of found.values()) {
    const before = found.get(attestation.index - 1);
    if (before !== undefined && before.writtenSha256 !== attestation.receivedSha256) {
      mismatch(attestation, `names another received file than ${before.name} passed on`);
    }
  }
  return found;
}

function mismatch({ name, index }: Attestation, what: string): never {
  throw new VerimeshError(`The attestation of ${name}, contribution ${index}, ${what}.`, {
    code: "CEREMONY_ATTESTATION_MISMATCH",
    details: "Ask the contributor which file is right; the ceremony must go on from the last one that all agree on.",
    docsPath: "ceremony.md",
  });
}
