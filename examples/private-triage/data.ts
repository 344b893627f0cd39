import { readFile } from "node:fs/promises";
import type { InputEncoding } from "@verimesh/core";
import { type Sample, shuffled } from "@verimesh/example-training";

const FILE = new URL("../data/breast-cancer-wisconsin.csv", import.meta.url);
const HELD_OUT_SHARE = 0.3;
const SEED = 1993;

/** Of each cell nucleus, its mean over the image, its standard error, and its mean over the three largest. */
const MEASURES = [
  ...["radius", "texture", "perimeter", "area", "smoothness"],
  ...["compactness", "concavity", "concave_points", "symmetry", "fractal_dimension"],
];
const FEATURES = ["mean", "error", "worst"].flatMap((kind) => MEASURES.map((measure) => `${kind}_${measure}`));

export interface TriageData {
  readonly training: Sample[];
  readonly heldOut: Sample[];
  readonly inputEncoding: InputEncoding;
}

/**
 * Breast Cancer Wisconsin (Diagnostic), 569 biopsies, 30 features in the units of the file; label 0 is malignant, 1 benign.
 * Three tenths of each class are held out. The ranges that the encoding maps to bytes are those of the training rows alone;
 * a value outside is clamped.
 */
export async function loadTriage(): Promise<TriageData> {
  const [, ...lines] = (await readFile(FILE, "utf8")).trim().split(/\r?\n/);
  const rows = lines.map((line): Sample => {
    const cells = line.split(",").map(Number);
    return { features: Float32Array.from(cells.slice(0, FEATURES.length)), label: cells[FEATURES.length]! };
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
  return { training: shuffled(training, SEED), heldOut: shuffled(heldOut, SEED), inputEncoding: encodingOf(training) };
}

function encodingOf(training: readonly Sample[]): InputEncoding {
  const ranges = FEATURES.map((_, column) => {
    const values = training.map(({ features }) => features[column]!);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  return {
    shape: [FEATURES.length],
    scale: ranges.map(({ low, high }) => (high - low) / 255),
    offset: ranges.map(({ low }) => low),
    names: FEATURES,
  };
}
