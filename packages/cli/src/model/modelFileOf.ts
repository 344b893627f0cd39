import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** The file that a folder's `verimesh.json` names as the model, or else the path itself. */
export async function modelFileOf(path: string): Promise<string> {
  try {
    const { model } = JSON.parse(await readFile(join(path, "verimesh.json"), "utf8")) as { model?: unknown };
    if (typeof model === "string" && basename(model) === model) return join(path, model);
  } catch {
    // No folder, or none with such a file: what the path holds decides.
  }
  return path;
}
