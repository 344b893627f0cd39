import { readFile } from "node:fs/promises";
import type { InputEncoding } from "@verimesh/core";
import { encodingOf, type Sample, splitByClass } from "@verimesh/example-training";

const FILE = new URL("../data/breast-cancer-wisconsin.csv", import.meta.url);
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
  const { training, heldOut } = splitByClass(rows, SEED);
  return { training, heldOut, inputEncoding: encodingOf(training, FEATURES) };
}
