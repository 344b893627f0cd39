import { VerimeshError } from "../errors/VerimeshError.ts";

/** Held-out samples, as the integer model takes them, and the class that is right for each: what accuracy is measured on. */
export interface EvaluationSet {
  /** One byte per element, row-major; all of one length. */
  readonly inputs: readonly Uint8Array[];
  /** The index of the right class, from 0; of a single score, 1 if it should be positive and 0 if not. */
  readonly targets: readonly number[];
}

/** A larger file is refused before it is read: 10,000 samples of 28 × 28 take 8 MB. */
export const MAX_EVALUATION_BYTES = 64 * 2 ** 20;

const MAGIC = 0x31455356;
const HEADER_BYTES = 12;

/**
 * Writes the evaluation file of a manifest: `VSE1`, the number of samples, the bytes of a sample, the targets, the
 * samples. Numbers are little-endian uint32. The same samples give the same bytes.
 *
 * @throws VerimeshError `EVALUATION_INVALID`
 */
export function serializeEvaluation({ inputs, targets }: EvaluationSet): Uint8Array {
  const length = inputs[0]?.length ?? 0;
  if (inputs.length !== targets.length) invalid(`There are ${inputs.length} samples and ${targets.length} targets.`);
  const start = HEADER_BYTES + 4 * targets.length;
  const file = new Uint8Array(checkedSize(inputs.length, length));
  const view = new DataView(file.buffer);
  [MAGIC, inputs.length, length].forEach((value, index) => view.setUint32(4 * index, value, true));
  targets.forEach((target, index) => {
    if (!Number.isInteger(target) || target < 0 || target >= 2 ** 32) invalid(`Target ${index} is ${target}.`);
    view.setUint32(HEADER_BYTES + 4 * index, target, true);
  });
  inputs.forEach((input, index) => {
    if (input.length !== length) invalid(`Sample ${index} has ${input.length} bytes, the first ${length}.`);
    file.set(input, start + index * length);
  });
  return file;
}

/**
 * Reads an evaluation file, which may come from anyone.
 *
 * @param inputLength bytes of the model's input
 * @throws VerimeshError `EVALUATION_INVALID`
 */
export function parseEvaluation(file: Uint8Array, inputLength: number): EvaluationSet {
  if (file.length < HEADER_BYTES) invalid(`It has ${file.length} bytes.`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const [magic, samples, length] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [number, number, number];
  if (magic !== MAGIC) invalid("It does not begin with VSE1.");
  if (length !== inputLength) invalid(`Its samples have ${length} bytes; the model takes ${inputLength}.`);
  const size = checkedSize(samples, length);
  if (file.length !== size) invalid(`It has ${file.length} bytes; ${samples} samples take ${size}.`);
  const start = HEADER_BYTES + 4 * samples;
  return {
    inputs: Array.from({ length: samples }, (_, i) => file.slice(start + i * length, start + (i + 1) * length)),
    targets: Array.from({ length: samples }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i, true)),
  };
}

function checkedSize(samples: number, length: number): number {
  const size = HEADER_BYTES + samples * (4 + length);
  if (samples === 0 || length === 0) invalid(`It has ${samples} samples of ${length} bytes.`);
  if (size > MAX_EVALUATION_BYTES) invalid(`It would have ${size} bytes; at most ${MAX_EVALUATION_BYTES} are taken.`);
  return size;
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(`This is not a usable evaluation file. ${shortMessage}`, {
    code: "EVALUATION_INVALID",
    details: "Expected held-out samples as bytes, each of the model's input length, with one target each.",
  });
}
