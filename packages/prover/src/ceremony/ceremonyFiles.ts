import { createHash } from "node:crypto";
import { access, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { VerimeshError } from "@verimesh/core";

/**
 * Writes a file that appears at once and whole, or not at all: `write` fills `<path>.part`, which is brought to the disk
 * and renamed. What an interrupted run left is overwritten by the next one.
 *
 * @throws VerimeshError CEREMONY_FILE_EXISTS, CEREMONY_FILE_UNWRITABLE
 */
export async function writeWhole<T>(path: string, write: (part: string) => Promise<T>): Promise<T> {
  await requireAbsent(path);
  const part = `${path}.part`;
  await writeFile(part, "").catch((cause: Error) => {
    throw new VerimeshError(`${path} cannot be written.`, {
      code: "CEREMONY_FILE_UNWRITABLE",
      details: cause.message,
      cause,
    });
  });
  try {
    const result = await write(part);
    await sync(part);
    await rename(part, path);
    await sync(dirname(path));
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** @throws VerimeshError CEREMONY_FILE_EXISTS */
export async function requireAbsent(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new VerimeshError(`${path} is there already.`, {
    code: "CEREMONY_FILE_EXISTS",
    details: "A step of a ceremony overwrites nothing: name another file, or remove this one.",
  });
}

/** @throws VerimeshError CEREMONY_FILE_UNREADABLE */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new VerimeshError(`${path} cannot be read.`, {
      code: "CEREMONY_FILE_UNREADABLE",
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function sync(path: string): Promise<void> {
  const file = await open(path);
  // Not every file system lets a folder be synchronized; the rename holds without it.
  await file.sync().catch(() => undefined);
  await file.close();
}
