import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { VerimeshError } from "@verimesh/core";
import type { CacheOptions } from "../compile/compileCached.ts";
import { type Attestation, attestationText } from "./Attestation.ts";
import { readWhole, requireAbsent, sha256, writeWhole } from "./ceremonyFiles.ts";
import { type Contribution, hexOf, MAX_NAME_LENGTH, titleOf } from "./Chain.ts";
import { isPrintableName } from "./readChain.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";
import { chainOf, verifyCeremony } from "./verifyCeremony.ts";

export interface Contribute {
  /** The .zkey received. */
  readonly key: Uint8Array;
  /** Path of the .zkey to write. */
  readonly out: string;
  /** Path of the attestation to write. */
  readonly attestationOut: string;
  /** 1 to 64 printable characters: who contributes. */
  readonly name: string;
  /** Mixed into the randomness of the operating system, which is enough without it. Neither kept nor written. */
  readonly typedEntropy?: string | undefined;
  /**
   * What the received key is checked against first. Null takes it on trust: a sender may then have put points of their
   * choice into it, and learn them times the new secret, which can be enough to forge proofs.
   */
  readonly against: { readonly r1cs: Uint8Array; readonly ptau: string } | null;
  /** Makes of the attestation what is written: signs it. */
  readonly sign?: ((text: string) => Promise<string>) | undefined;
}

/**
 * Adds one person's randomness to a key and writes the next key with an attestation of it. The received file stays as it
 * is; an interrupted run leaves nothing that counts.
 *
 * @throws VerimeshError CEREMONY_NAME_INVALID, CEREMONY_CLOSED, CEREMONY_FILE_EXISTS, and those of `verifyCeremony`; the
 *   signal's reason if aborted
 */
export async function contribute(
  { key, out, attestationOut, name, typedEntropy = "", against, sign }: Contribute,
  options: CeremonyOptions & CacheOptions = {},
): Promise<Attestation> {
  if (name === "" || !isPrintableName(name)) {
    throw new VerimeshError("This name cannot stand in a ceremony's file.", {
      code: "CEREMONY_NAME_INVALID",
      details: `Expected 1 to ${MAX_NAME_LENGTH} printable characters.`,
    });
  }
  const { contributions } = chainOf(key);
  requireOpen(contributions);
  await requireAbsent(out);
  const report = against && (await verifyCeremony({ key, ...against }, options));
  return writeWhole(out, async (part) => {
    // snarkjs hashes this with 64 bytes that it draws itself.
    const entropy = createHash("sha512").update(randomBytes(64)).update(typedEntropy).digest("hex");
    const hash = await runCeremonyTask<Uint8Array>({ task: "contribute", key, out: part, name, entropy }, options);
    const written = await readWhole(part);
    const added = requireAdded(written, contributions.length + 1, name, hash);
    const attestation: Attestation = {
      name,
      index: added.index,
      contributionHash: added.hash,
      circuitHash: hexOf(chainOf(written).circuitHash),
      receivedSha256: sha256(key),
      writtenSha256: sha256(written),
      checkedAgainst: report ? { r1csSha256: report.r1csSha256, phase1Blake2b: report.phase1.blake2b } : undefined,
    };
    const text = attestationText(attestation);
    // Before the key gets its name: there is never a key without its attestation.
    await writeFile(attestationOut, (await sign?.(text)) ?? text);
    return attestation;
  });
}

/** @throws VerimeshError CEREMONY_CLOSED if a beacon has ended the ceremony */
export function requireOpen(contributions: readonly Contribution[]): void {
  const beacon = contributions.find(({ kind }) => kind === "beacon");
  if (beacon === undefined) return;
  throw new VerimeshError("A beacon has ended this ceremony.", {
    code: "CEREMONY_CLOSED",
    details: `It is the ${titleOf(beacon)}. Take the file from before it, or run \`verimesh setup ceremony finish\`.`,
  });
}

/** That the file on the disk has the new contribution, and is not cut off. */
export function requireAdded(key: Uint8Array, index: number, name: string, hash: Uint8Array): Contribution {
  const added = chainOf(key).contributions.at(-1);
  if (added?.index === index && added.name === name && added.hash === hexOf(hash)) return added;
  throw new VerimeshError("The new key was not written as it was made.", {
    code: "CEREMONY_FAILED",
    details: "The disk may be full or failing. The file that you were given is untouched.",
  });
}
