/** What the reader tells apart: real numbers, whole ones, truth values. */
export type ElementKind = "real" | "whole" | "truth";

export interface ElementType {
  readonly name: string;
  readonly kind: ElementKind;
  /** Bytes of an element as raw data. */
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

/** `TensorProto.DataType`, without texts, complex numbers and types below 8 bits. */
export const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, { name: "float", kind: "real", bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [2, { name: "uint8", kind: "whole", bytes: 1, read: (view, at) => view.getUint8(at) }],
  [3, { name: "int8", kind: "whole", bytes: 1, read: (view, at) => view.getInt8(at) }],
  [4, { name: "uint16", kind: "whole", bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  [5, { name: "int16", kind: "whole", bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  [6, { name: "int32", kind: "whole", bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [7, { name: "int64", kind: "whole", bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [9, { name: "bool", kind: "truth", bytes: 1, read: (view, at) => Number(view.getUint8(at) !== 0) }],
  [10, { name: "float16", kind: "real", bytes: 2, read: (view, at) => fromFloat16(view.getUint16(at, true)) }],
  [11, { name: "double", kind: "real", bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  [12, { name: "uint32", kind: "whole", bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  [13, { name: "uint64", kind: "whole", bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [16, { name: "bfloat16", kind: "real", bytes: 2, read: (view, at) => fromBfloat16(view.getUint16(at, true)) }],
] satisfies [number, ElementType][]);

/** IEEE 754 binary16. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The upper half of a float32. */
export function fromBfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}
