import { VerimeshError } from "@verimesh/core";
import { isPrintableName } from "./readChain.ts";

/** What a contributor publishes beside the key: it binds name and place to a contribution, which nothing in the key does. */
export interface Attestation {
  readonly name: string;
  /** From 1. */
  readonly index: number;
  /** blake2b-512, as snarkjs prints it. */
  readonly contributionHash: string;
  readonly circuitHash: string;
  /** sha256 of the file that the contributor was given, and of the one passed on. */
  readonly receivedSha256: string;
  readonly writtenSha256: string;
  /** What the received file was checked against; absent if it was taken on trust. */
  readonly checkedAgainst?: { readonly r1csSha256: string; readonly phase1Blake2b: string } | undefined;
  /** Over all lines before the signature, an EIP-191 message; whether it holds is for the reader to check. */
  readonly signed?: { readonly by: string; readonly signature: string } | undefined;
}

const TITLE = "I contributed to a Verimesh set-up ceremony.";
const CLOSING = "The randomness of my contribution was not kept.";
const ON_TRUST = "The file I received was taken on trust.";
const MAX_BYTES = 8192;

/** The text to publish, and to sign. */
export function attestationText(attestation: Omit<Attestation, "signed">): string {
  const { checkedAgainst } = attestation;
  const checked = checkedAgainst && [
    `Checked against circuit sha256: ${checkedAgainst.r1csSha256}`,
    `Checked against phase 1 blake2b: ${checkedAgainst.phase1Blake2b}`,
  ];
  return [
    TITLE,
    `Name: ${attestation.name}`,
    `Contribution: ${attestation.index}`,
    `Contribution hash: ${attestation.contributionHash}`,
    `Circuit hash: ${attestation.circuitHash}`,
    `Received file sha256: ${attestation.receivedSha256}`,
    `Written file sha256: ${attestation.writtenSha256}`,
    ...(checked ?? [ON_TRUST]),
    CLOSING,
    "",
  ].join("\n");
}

/** The text with a signature of it below. */
export function signedAttestationText(text: string, signed: NonNullable<Attestation["signed"]>): string {
  return `${text}Signed by: ${signed.by}\nSignature: ${signed.signature}\n`;
}

/** What the signature of an attestation signs. */
export function unsignedPart(text: string): string {
  return text.split("Signed by: ", 1)[0]!;
}

const PATTERN = new RegExp(
  `^${literal(TITLE)}\\nName: (?<name>.+)\\nContribution: (?<index>[1-9]\\d{0,3})\\n` +
    "Contribution hash: (?<contributionHash>[0-9a-f]{128})\\nCircuit hash: (?<circuitHash>[0-9a-f]{128})\\n" +
    "Received file sha256: (?<receivedSha256>[0-9a-f]{64})\\nWritten file sha256: (?<writtenSha256>[0-9a-f]{64})\\n" +
    "(?:Checked against circuit sha256: (?<r1csSha256>[0-9a-f]{64})\\n" +
    `Checked against phase 1 blake2b: (?<phase1Blake2b>[0-9a-f]{128})|${literal(ON_TRUST)})\\n` +
    `${literal(CLOSING)}\\n(?:Signed by: (?<by>0x[0-9a-fA-F]{40})\\nSignature: (?<signature>0x[0-9a-f]{130})\\n)?$`,
  "u",
);

/**
 * Reads an attestation, which may come from anyone. Line ends of other systems and blank lines at the end do no harm.
 *
 * @throws VerimeshError CEREMONY_ATTESTATION_INVALID
 */
export function parseAttestation(text: string): Attestation {
  const normal = text.length > MAX_BYTES ? "" : normalAttestation(text);
  const { groups } = PATTERN.exec(normal) ?? {};
  if (groups === undefined || !isPrintableName(groups["name"]!)) {
    throw new VerimeshError("This is not an attestation of a contribution.", {
      code: "CEREMONY_ATTESTATION_INVALID",
      details: "Expected the text file that `verimesh setup ceremony contribute` wrote, unchanged.",
      docsPath: "ceremony.md",
    });
  }
  const { name, index, contributionHash, circuitHash, receivedSha256, writtenSha256 } = groups as Groups;
  const { r1csSha256, phase1Blake2b, by, signature } = groups;
  return {
    ...{ name, index: Number(index), contributionHash, circuitHash, receivedSha256, writtenSha256 },
    checkedAgainst: r1csSha256 && phase1Blake2b ? { r1csSha256, phase1Blake2b } : undefined,
    signed: by && signature ? { by, signature } : undefined,
  };
}

/** As it was written, whatever an editor or a mail program made of its line ends. */
export function normalAttestation(text: string): string {
  return `${text.replaceAll("\r\n", "\n").trimEnd()}\n`;
}

type Groups = Readonly<
  Record<"name" | "index" | "contributionHash" | "circuitHash" | "receivedSha256" | "writtenSha256", string>
>;

function literal(text: string): string {
  return text.replaceAll(".", "\\.");
}
