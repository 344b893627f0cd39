import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { VerimeshError } from "@verimesh/core";

export const ATTESTATION_SUFFIX = ".attestation.txt";

/** `0003.zkey` beside `0002.zkey`: where the next step of a ceremony goes if nothing is said. */
export function nextFile(key: string): string {
  const found = /(\d{4,8})\.zkey$/.exec(key);
  if (found !== null) {
    const number = String(Number(found[1]) + 1).padStart(found[1]!.length, "0");
    return `${key.slice(0, found.index)}${number}.zkey`;
  }
  throw new VerimeshError(`The name of ${key} does not say which step it is.`, {
    code: "OPTION_INVALID",
    details: "Pass --out <file>: names go on by themselves where they end in four digits, like 0002.zkey.",
  });
}

/** `0002.attestation.txt` beside `0002.zkey`. */
export function attestationFile(key: string): string {
  return `${key.replace(/\.zkey$/, "")}${ATTESTATION_SUFFIX}`;
}

/** The texts of all attestations in a folder; by default the key's own. */
export async function readAttestations(key: string, folder = dirname(key)): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw new VerimeshError(`${folder} cannot be read.`, { code: "OPTION_INVALID", details: cause.message, cause });
  });
  const files = names.filter((name) => name.endsWith(ATTESTATION_SUFFIX)).sort();
  return Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
