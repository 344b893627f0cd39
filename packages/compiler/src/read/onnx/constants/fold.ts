import type { OnnxCall } from "../OnnxCall.ts";
import { constant, type OnnxConstant } from "../values.ts";
import { FOLDED_ARITHMETIC } from "./foldArithmetic.ts";
import { FOLDED_REARRANGEMENTS } from "./foldRearrangements.ts";
import { MAX_FOLDED, mustFold, type Folder } from "./Folder.ts";

const SOURCES: Readonly<Record<string, Folder>> = {
  Constant: (call) => {
    const { attributes } = call;
    const value = attributes.tensor("value");
    if (value !== undefined) return value;
    if (attributes.has("value_int")) return constant("whole", [], Float64Array.of(attributes.int("value_int")));
    if (attributes.has("value_float")) return constant("real", [], Float32Array.of(attributes.float("value_float")));
    const ints = attributes.ints("value_ints");
    if (ints !== undefined) return constant("whole", [ints.length], Float64Array.from(ints));
    const floats = attributes.floats("value_floats");
    if (floats !== undefined) return constant("real", [floats.length], Float32Array.from(floats));
    return call.refuse("is of another kind", "Numbers are supported.");
  },
  ConstantOfShape: (call) => {
    const shape = call.integers(0, "shape") ?? call.invalid("has no shape");
    const value = call.attributes.tensor("value") ?? constant("real", [1], Float32Array.of(0));
    if (value.data.length !== 1) call.invalid("has a value of several elements");
    if (shape.some((size) => size < 0)) call.invalid(`has shape [${shape.join(", ")}]`);
    mustFold(call, shape);
    const count = shape.reduce((product, size) => product * size, 1);
    const isNarrow = value.data instanceof Float32Array;
    const data = (isNarrow ? new Float32Array(count) : new Float64Array(count)).fill(value.data[0]!);
    return constant(value.kind, shape, data);
  },
  Range: (call, inputs) => {
    const [start, limit, delta] = inputs.map(({ data }) => data[0]) as [number, number, number];
    const size = Math.max(Math.ceil((limit - start) / delta), 0);
    if (inputs.length !== 3 || delta === 0 || !(size <= MAX_FOLDED)) return call.invalid("has no finite range");
    return constant(
      inputs[0]!.kind,
      [size],
      Float64Array.from({ length: size }, (_, k) => start + k * delta),
    );
  },
};

const FOLDERS: Readonly<Record<string, Folder>> = { ...SOURCES, ...FOLDED_ARITHMETIC, ...FOLDED_REARRANGEMENTS };

/** How an operator computes on constants alone, undefined if that is not supported. */
export function folderOf(operator: string): Folder | undefined {
  return Object.hasOwn(FOLDERS, operator) ? FOLDERS[operator] : undefined;
}

/** The shape of a value, which is known when the file is read: with a batch of 1. */
export function foldShape(call: OnnxCall, shape: readonly number[]): OnnxConstant {
  if (call.operator === "Size")
    return constant("whole", [], Float64Array.of(shape.reduce((product, size) => product * size, 1)));
  const end = call.attributes.has("end") ? call.attributes.int("end") : undefined;
  const sizes = shape.slice(call.attributes.int("start", 0), end);
  return constant("whole", [sizes.length], Float64Array.from(sizes));
}
