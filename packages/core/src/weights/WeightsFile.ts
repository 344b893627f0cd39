import { VerimeshError } from "../errors/VerimeshError.ts";
import type { TensorReference } from "../manifest/types.ts";
import { alignTensor } from "./serializeWeights.ts";

/** Reads tensors in order and accounts for every byte. */
export class WeightsFile {
  private readonly bytes: Uint8Array;
  private end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @throws VerimeshError `WEIGHTS_INVALID` unless the tensor is of that type and the next one in the file */
  read(name: string, reference: TensorReference, dtype: TensorReference["dtype"]): Int8Array | Int32Array {
    const { length, offset } = reference;
    if (reference.dtype !== dtype) invalid(`${name} are ${reference.dtype}; expected ${dtype}.`);
    if (!Number.isInteger(length) || length < 1) invalid(`${name} have ${length} elements; expected 1 or more.`);
    const start = alignTensor(this.end);
    if (offset !== start) invalid(`${name} are said to start at byte ${offset}; expected ${start}.`);
    const end = start + length * (dtype === "int8" ? 1 : 4);
    if (end > this.bytes.length) invalid(`${name} end at byte ${end}; the file has ${this.bytes.length}.`);
    if (this.bytes.subarray(this.end, start).some((byte) => byte !== 0)) {
      invalid(`The bytes before ${name} are not zero.`);
    }
    this.end = end;
    return tensorOf(this.bytes.slice(start, end), dtype);
  }

  /** @throws VerimeshError `WEIGHTS_INVALID` if there are bytes after the last tensor */
  finish(): void {
    if (this.end === this.bytes.length) return;
    invalid(`The tensors end at byte ${this.end}; the file has ${this.bytes.length}.`);
  }
}

function tensorOf(bytes: Uint8Array, dtype: TensorReference["dtype"]): Int8Array | Int32Array {
  if (dtype === "int8") return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
}

export function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, {
    code: "WEIGHTS_INVALID",
    details:
      "The weights file or the architecture is corrupt, or they do not belong together. The model cannot be used.",
  });
}
