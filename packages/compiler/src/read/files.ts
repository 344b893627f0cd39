import { open, realpath } from "node:fs/promises";
import { dirname, isAbsolute, resolve, sep } from "node:path";
import { VerimeshError } from "@verimesh/core";

/** A model file, or all weights beside it, at most. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/**
 * The bytes of a regular file.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` if there is none or it is larger than `limit`
 */
export async function readBounded(path: string, limit = MAX_FILE_BYTES): Promise<Buffer> {
  const file = await open(path, "r").catch((cause: unknown) => invalid(path, "cannot be read", String(cause), cause));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) invalid(path, "is not a file", "Expected a regular file.");
    if (stats.size > limit) invalid(path, `has ${stats.size} bytes`, `Expected at most ${limit}.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Where a file that a model names lies: in the model's own folder, links followed.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` for a path that leaves the folder, or where nothing is
 */
export async function resolveBeside(modelPath: string, name: string): Promise<string> {
  const folder = await realpath(dirname(modelPath));
  const outside = (): never => invalid(name, "is outside the model's folder", `Expected a file in "${folder}".`);
  if (isAbsolute(name) || name.includes("\\") || name.split("/").includes("..") || name.includes("\0")) outside();
  const path = await realpath(resolve(folder, name)).catch((cause: unknown) =>
    invalid(name, "is not there", `The model names it. ${String(cause)}`, cause),
  );
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : outside();
}

function invalid(path: string, fact: string, details: string, cause?: unknown): never {
  throw new VerimeshError(`"${path}" ${fact}.`, { code: "MODEL_FILE_INVALID", details, cause });
}
