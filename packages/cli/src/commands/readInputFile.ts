import { readFile, stat } from "node:fs/promises";
import { VerimeshError } from "@verimesh/core";

/** More than any model's input; a larger file is a mistake. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads an input: `.json` holds the values as an array (nested by shape, if you like) or as an object by name; `.bin`
 * holds the model's own bytes, one an element.
 *
 * @throws VerimeshError INPUT_FILE_UNREADABLE, INPUT_INVALID
 */
export async function readInputFile(path: string): Promise<Uint8Array | readonly number[] | Record<string, number>> {
  const bytes = await read(path);
  if (path.endsWith(".bin")) return new Uint8Array(bytes);
  if (!path.endsWith(".json")) refuse(`${path} is neither .json nor .bin.`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    refuse(`${path} is not JSON: ${(cause as Error).message}`);
  }
  if (Array.isArray(value)) return value.flat(Infinity).map((element) => number(element, path));
  if (typeof value !== "object" || value === null) refuse(`${path} holds neither an array nor an object.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, element]) => [name, number(element, `${path}: ${name}`)]),
  );
}

async function read(path: string): Promise<Buffer> {
  try {
    if ((await stat(path)).size > MAX_BYTES) refuse(`${path} is larger than any input.`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof VerimeshError) throw cause;
    throw new VerimeshError(`The input file ${path} cannot be read.`, {
      code: "INPUT_FILE_UNREADABLE",
      details: (cause as Error).message,
      cause,
    });
  }
}

function number(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  return refuse(`${where} holds ${String(JSON.stringify(value)).slice(0, 40)}, which is not a number.`);
}

function refuse(message: string): never {
  throw new VerimeshError(message, {
    code: "INPUT_INVALID",
    details: "Expected JSON, an array of numbers or an object of numbers by name; or .bin, one byte an element.",
  });
}
