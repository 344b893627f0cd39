import {
  type VerificationKey,
  VerimeshError,
  encodeVerificationKey,
  verificationKeyFromJson,
  verificationKeyToJson,
} from "@verimesh/core";
import { type Attestation, normalAttestation, parseAttestation } from "./Attestation.ts";
import type { Chain } from "./Chain.ts";
import { readChain } from "./readChain.ts";

/** What of a ceremony is published with a model: enough to check it against key, circuit and phase 1. */
export interface Transcript {
  readonly r1csSha256: string;
  readonly phase1: { readonly blake2b: string; readonly power: number };
  readonly provingKeySha256: string;
  readonly verificationKey: VerificationKey;
  /** The contributions section of the proving key, as it is there. */
  readonly section: Uint8Array;
  readonly chain: Chain;
  /** As they were published, signatures included. */
  readonly attestationTexts: readonly string[];
  readonly attestations: readonly Attestation[];
}

const FORMAT = "verimesh-ceremony/1";
/** A larger transcript is refused before it is parsed. */
export const MAX_TRANSCRIPT_BYTES = 4 * 2 ** 20;

/** JSON, with what people want to read first and the contributions again as the key has them. */
export function serializeTranscript(transcript: Omit<Transcript, "chain" | "attestations">): Uint8Array {
  const { r1csSha256, phase1, provingKeySha256, verificationKey, section, attestationTexts } = transcript;
  const { contributions } = readChain(section);
  return new TextEncoder().encode(
    JSON.stringify(
      {
        ...{ format: FORMAT, r1csSha256, phase1, provingKeySha256 },
        contributions: contributions.map(({ kind, name, hash, beacon }) => ({ kind, name, hash, beacon })),
        attestations: attestationTexts,
        verificationKey: verificationKeyToJson(verificationKey),
        section: Buffer.from(section).toString("base64"),
      },
      null,
      2,
    ),
  );
}

/**
 * Reads a transcript, which may come from anyone: each field is checked for its form, and what is said twice must agree.
 *
 * @throws VerimeshError CEREMONY_TRANSCRIPT_INVALID, CEREMONY_FILE_INVALID, CEREMONY_ATTESTATION_INVALID,
 *   VERIFICATION_KEY_INVALID
 */
export function parseTranscript(bytes: Uint8Array): Transcript {
  if (bytes.length > MAX_TRANSCRIPT_BYTES) invalid(`it has ${bytes.length} bytes; at most ${MAX_TRANSCRIPT_BYTES}`);
  const json = parseJson(bytes);
  if (json["format"] !== FORMAT) invalid(`its format is not ${FORMAT}`);
  const hex = (field: string, value: unknown, length: number): string =>
    typeof value === "string" && value.length === length && /^[0-9a-f]+$/.test(value)
      ? value
      : invalid(`${field} is not ${length} hex digits`);
  const phase1 = (json["phase1"] ?? {}) as Record<string, unknown>;
  const power = phase1["power"];
  if (typeof power !== "number" || !Number.isInteger(power) || power < 1 || power > 28)
    invalid("phase1.power is wrong");
  const attestationTexts = texts(json["attestations"]);
  const encoded = json["section"];
  if (typeof encoded !== "string") invalid("section is no text");
  const section = new Uint8Array(Buffer.from(encoded, "base64"));
  const transcript: Transcript = {
    r1csSha256: hex("r1csSha256", json["r1csSha256"], 64),
    phase1: { blake2b: hex("phase1.blake2b", phase1["blake2b"], 128), power },
    provingKeySha256: hex("provingKeySha256", json["provingKeySha256"], 64),
    verificationKey: verificationKeyFromJson(json["verificationKey"]),
    section,
    chain: readChain(section),
    attestationTexts,
    attestations: attestationTexts.map(parseAttestation),
  };
  // One transcript, one file: no field is unknown, and the readable list is that of the section.
  const again = serializeTranscript(transcript);
  if (Buffer.compare(again, bytes) !== 0) invalid("it is not as it was written, or says something twice differently");
  return transcript;
}

/** Whether two keys are the same. */
export function isSameKey(a: VerificationKey, b: VerificationKey): boolean {
  return encodeVerificationKey(a) === encodeVerificationKey(b);
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Not JSON.
  }
  return invalid("it is not JSON");
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > 1024) return invalid("attestations is no list");
  return value.map((text) =>
    typeof text === "string" && normalAttestation(text) === text ? text : invalid("an attestation was changed"),
  );
}

function invalid(what: string): never {
  throw new VerimeshError(`This is not a transcript of a ceremony: ${what}.`, {
    code: "CEREMONY_TRANSCRIPT_INVALID",
    details: "Expected the file that `verimesh setup ceremony finish` wrote, unchanged.",
    docsPath: "ceremony.md",
  });
}
