import { readFile } from "node:fs/promises";
import type { InputEncoding } from "@verimesh/core";
import { type Sample, shuffled } from "@verimesh/example-training";

const FILE = new URL("../data/german-credit.csv", import.meta.url);
const LABEL_COLUMN = "Class";
const HELD_OUT_SHARE = 0.3;
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
  const training: Sample[] = [];
  const heldOut: Sample[] = [];
  for (const label of [0, 1]) {
    const ofClass = shuffled(
      rows.filter((row) => row.label === label),
      SEED + label,
    );
    const cut = Math.round(ofClass.length * HELD_OUT_SHARE);
    heldOut.push(...ofClass.slice(0, cut));
    training.push(...ofClass.slice(cut));
  }
  return {
    training: shuffled(training, SEED),
    heldOut: shuffled(heldOut, SEED),
    inputEncoding: encodingOf(
      training,
      columns.filter((_, index) => index !== labelColumn),
    ),
  };
}

function encodingOf(training: readonly Sample[], names: readonly string[]): InputEncoding {
  const scale: number[] = [];
  const offset: number[] = [];
  names.forEach((_, column) => {
    const values = training.map(({ features }) => features[column]!);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    offset.push(low);
    // A column that is constant in training tells nothing; any scale does.
    scale.push((high > low ? high - low : 1) / 255);
  });
  return { shape: [names.length], scale, offset, names };
}
