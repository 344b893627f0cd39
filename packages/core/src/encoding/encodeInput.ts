import { VerimeshError } from "../errors/VerimeshError.ts";
import type { InputEncoding } from "../manifest/types.ts";
import { elementCount } from "../model/shapes.ts";

/** Real features in order, row-major, or by the names that the encoding gives. */
export type InputValues = ArrayLike<number> | Readonly<Record<string, number>>;

export interface EncodeInputOptions {
  /** Moves a value outside the encodable range to its nearest end instead of refusing it. */
  readonly clamp?: boolean;
}

/**
 * Encodes real features to bytes: `round((v − offset) / scale)` per element.
 *
 * @throws VerimeshError `INPUT_INVALID` if values are missing, surplus, not finite, or (without `clamp`) out of range
 */
export function encodeInput(
  values: InputValues,
  encoding: InputEncoding,
  { clamp = false }: EncodeInputOptions = {},
): Uint8Array {
  const count = elementCount(encoding.shape);
  const ordered = isList(values) ? values : orderByName(values, encoding);
  if (ordered.length !== count) {
    refuse(`The input has ${ordered.length} values; the model takes ${count}.`, shapeText(encoding));
  }
  return Uint8Array.from({ length: count }, (_, index) => {
    const value = ordered[index]!;
    const { scale, offset } = elementEncoding(encoding, index);
    const label = encoding.names?.[index] ?? `element ${index}`;
    if (typeof value !== "number" || !Number.isFinite(value))
      refuse(`The value of ${label} is ${value}.`, "Expected a finite number.");
    const level = Math.round((value - offset) / scale);
    if (!clamp && (level < 0 || level > 255)) {
      refuse(`The value of ${label} is ${value}.`, `Expected ${offset} to ${offset + 255 * scale}.`);
    }
    return Math.min(255, Math.max(0, level));
  });
}

/** Scale and offset of one element. */
export function elementEncoding(encoding: InputEncoding, index: number): { scale: number; offset: number } {
  const { scale, offset } = encoding;
  return { scale: scale[scale.length === 1 ? 0 : index]!, offset: offset[offset.length === 1 ? 0 : index]! };
}

function isList(values: InputValues): values is ArrayLike<number> {
  return Array.isArray(values) || ArrayBuffer.isView(values);
}

function orderByName(values: Readonly<Record<string, number>>, { names }: InputEncoding): number[] {
  if (names === undefined) refuse("The model's inputs have no names.", "Expected an array of numbers.");
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (unknown.length > 0) refuse(`The model has no input ${quoted(unknown)}.`, `It has ${quoted(names)}.`);
  const missing = names.filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) refuse(`The input lacks ${quoted(missing)}.`, "Expected a value for every name.");
  return names.map((name) => values[name]!);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  return names.length > 8 ? `${shown.join(", ")} and ${names.length - 8} more` : shown.join(", ");
}

function shapeText({ shape }: InputEncoding): string {
  return `Expected shape [${shape.join(", ")}], row-major.`;
}

function refuse(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "INPUT_INVALID", details });
}
