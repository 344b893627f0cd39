import { VerimeshError } from "@verimesh/core";
import { type Attestation, type CeremonyReport, parseAttestation, unsignedPart } from "@verimesh/prover";
import { type Hex, verifyMessage } from "viem";
import type { Output } from "../output/Output.ts";

/**
 * Reads attestations, signatures included.
 *
 * @throws VerimeshError CEREMONY_ATTESTATION_INVALID: unreadable, or not signed by whom it names
 */
export async function readSigned(texts: readonly string[]): Promise<readonly Attestation[]> {
  const attestations = texts.map(parseAttestation);
  for (const [i, { name, signed }] of attestations.entries()) {
    if (signed === undefined) continue;
    const message = unsignedPart(texts[i]!.replaceAll("\r\n", "\n"));
    const [address, signature] = [signed.by as Hex, signed.signature as Hex];
    if (await verifyMessage({ address, message, signature }).catch(() => false)) continue;
    throw new VerimeshError(`The attestation of ${name} is not signed by ${signed.by}.`, {
      code: "CEREMONY_ATTESTATION_INVALID",
      details: "It was changed after it was signed, or signed by somebody else: ask the contributor for it again.",
    });
  }
  return attestations;
}

/** Who contributed, a line each. */
export function showContributions(out: Output, { contributions }: CeremonyReport): void {
  out.table(
    ["#", "who", "contribution hash", "attested"],
    contributions.map(({ index, kind, name, hash, beacon, attestation }) => [
      index,
      kind === "person" ? name || "(no name)" : `beacon ${beacon!.value.slice(0, 16)}…, 2^${beacon!.iterations}`,
      `${hash.slice(0, 32)}…`,
      kind === "beacon" ? "drawn again" : attestation === undefined ? "no" : (attestation.signed?.by ?? "yes"),
    ]),
  );
}

/** The report as `--json` prints it. */
export function reportJson({ contributions, phase1, ...rest }: CeremonyReport): object {
  return {
    ...rest,
    phase1: { ...phase1, publicName: phase1.publicName ?? null },
    contributions: contributions.map(({ index, kind, name, hash, beacon, attestation }) => ({
      ...{ index, kind, name, hash, beacon: beacon ?? null },
      attested: attestation !== undefined,
      signedBy: attestation?.signed?.by ?? null,
    })),
  };
}
