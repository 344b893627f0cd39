import { readFile } from "node:fs/promises";
import type { InputEncoding } from "@verimesh/core";
import { encodingOf, type Sample, splitByClass } from "@verimesh/example-training";

const FILE = new URL("../data/german-credit.csv", import.meta.url);
const LABEL_COLUMN = "Class";
const SEED = 1994;

export interface CreditData {
  readonly training: Sample[];
  readonly heldOut: Sample[];
  readonly inputEncoding: InputEncoding;
}

/**
 * Statlog (German Credit Data), 1,000 applicants, 61 features in the units of the file; label 1 is `Good`. Three tenths
 * of each class are held out. The ranges that the encoding maps to bytes are those of the training rows alone; a value
 * outside is clamped.
 */
export async function loadCredit(): Promise<CreditData> {
  const [header = "", ...lines] = (await readFile(FILE, "utf8")).trim().split(/\r?\n/);
  const columns = header.split(",");
  const labelColumn = columns.indexOf(LABEL_COLUMN);
  const rows = lines.map((line): Sample => {
    const cells = line.split(",");
    const [label] = cells.splice(labelColumn, 1);
    return { features: Float32Array.from(cells, Number), label: label === "Good" ? 1 : 0 };
  });
  const { training, heldOut } = splitByClass(rows, SEED);
  const names = columns.filter((_, index) => index !== labelColumn);
  return { training, heldOut, inputEncoding: encodingOf(training, names) };
}
