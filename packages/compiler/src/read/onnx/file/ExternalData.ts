import { VerimeshError } from "@verimesh/core";
import { MAX_FILE_BYTES, readBounded, resolveBeside } from "../../files.ts";
import type { TensorMessage } from "./messages.ts";

const MAX_FILES = 256;

/** The files beside a model that hold its large tensors, each read once. */
export class ExternalData {
  private readonly modelPath: string | undefined;
  private readonly files = new Map<string, Buffer>();
  private bytesLeft = MAX_FILE_BYTES;

  /** @param modelPath undefined for a model that is bytes only */
  constructor(modelPath: string | undefined) {
    this.modelPath = modelPath;
  }

  /**
   * The bytes of one tensor.
   *
   * @throws VerimeshError `MODEL_FILE_INVALID` for a file that is not in the model's folder, is missing, or is too short
   */
  async read(tensor: TensorMessage): Promise<Uint8Array> {
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key ?? "", value ?? ""]));
    const file = await this.fileAt(entries.get("location") ?? "", tensor);
    const offset = wholeNumber(tensor, "offset", entries.get("offset") ?? "0");
    const length = wholeNumber(tensor, "length", entries.get("length") ?? `${Math.max(file.length - offset, 0)}`);
    if (offset + length > file.length)
      invalid(tensor, `takes bytes ${offset} to ${offset + length}`, `Its file has ${file.length}.`);
    return file.subarray(offset, offset + length);
  }

  private async fileAt(location: string, tensor: TensorMessage): Promise<Buffer> {
    if (this.modelPath === undefined)
      invalid(tensor, "is kept in a file beside the model", "Give the model's path rather than its bytes.");
    const known = this.files.get(location);
    if (known !== undefined) return known;
    if (this.files.size >= MAX_FILES) invalid(tensor, "is in yet another file", `Expected at most ${MAX_FILES}.`);
    const file = await readBounded(await resolveBeside(this.modelPath, location), this.bytesLeft);
    this.bytesLeft -= file.length;
    this.files.set(location, file);
    return file;
  }
}

function wholeNumber(tensor: TensorMessage, key: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isInteger(value)) return value;
  return invalid(tensor, `has ${key} "${text.slice(0, 32)}"`, "Expected a whole number of bytes.");
}

function invalid(tensor: TensorMessage, fact: string, details: string): never {
  throw new VerimeshError(`Tensor "${tensor.name ?? ""}" ${fact}.`, { code: "MODEL_FILE_INVALID", details });
}
