import { readSections, writeSections } from "../../src/binary/sections.ts";

const [G1, G2] = [64, 128];

/** A phase-1 file cut to a smaller power, as the public ones are: its Lagrange points are those of the larger one. */
export function cutPhase1(file: Uint8Array, power: number): Uint8Array {
  const { version, sections } = readSections(file, "ptau", "TEST");
  const size = 2 ** power;
  const lengths = new Map([
    [2, G1 * (2 * size - 1)],
    [3, G2 * size],
    [4, G1 * size],
    [5, G1 * size],
    [12, G1 * (4 * size - 1)],
    [13, G2 * (2 * size - 1)],
    [14, G1 * (2 * size - 1)],
    [15, G1 * (2 * size - 1)],
  ]);
  const header = sections.get(1)!.slice();
  new DataView(header.buffer).setUint32(36, power, true);
  return writeSections(
    "ptau",
    version,
    [...sections].map(([id, bytes]) => [id, [id === 1 ? header : bytes.subarray(0, lengths.get(id))]] as const),
  );
}
