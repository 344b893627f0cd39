import { elementCount, VerimeshError, type Shape } from "@verimesh/core";
import { constant, type OnnxConstant } from "../values.ts";
import { ELEMENT_TYPES, fromBfloat16, fromFloat16, type ElementType } from "./elementTypes.ts";
import type { ExternalData } from "./ExternalData.ts";
import type { TensorMessage } from "./messages.ts";

/** Axes and elements of a constant, at most. */
const MAX_RANK = 8;
const MAX_ELEMENTS = 2 ** 26;
const EXTERNAL = 1;

/**
 * Reads an initializer, from the message itself or from the file beside the model that it names.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` if its data do not fit its shape; `LAYER_UNSUPPORTED` for other element types
 */
export async function readTensor(tensor: TensorMessage, external: ExternalData): Promise<OnnxConstant> {
  const rawData = tensor.dataLocation === EXTERNAL ? await external.read(tensor) : tensor.rawData;
  return tensorOf(tensor, rawData);
}

/** Reads a tensor that an operator holds as an attribute, which has its data with it. */
export function readInnerTensor(tensor: TensorMessage): OnnxConstant {
  if (tensor.dataLocation === EXTERNAL) invalid(tensor, "is kept outside", "Expected an attribute with its data.");
  return tensorOf(tensor, tensor.rawData);
}

function tensorOf(tensor: TensorMessage, rawData: Uint8Array | undefined): OnnxConstant {
  const type = ELEMENT_TYPES.get(tensor.dataType ?? 0) ?? unsupported(tensor);
  const shape = checkDimensions(tensor);
  const count = elementCount(shape);
  const isRaw = rawData !== undefined && rawData.length > 0;
  // Nothing is set aside for elements that are not there.
  const given = isRaw ? rawData.length / type.bytes : fieldOf(tensor, type).length;
  if (given !== count) invalid(tensor, `has ${given} elements`, `Expected ${count} of type ${type.name}.`);
  const isNarrow = type.kind === "real" && type.name !== "double";
  const data = isNarrow ? new Float32Array(count) : new Float64Array(count);
  if (isRaw) fromRaw(type, rawData, data);
  else data.set(fieldOf(tensor, type));
  return constant(type.kind, shape, data);
}

function checkDimensions(tensor: TensorMessage): Shape {
  const { dims } = tensor;
  const fits = dims.length <= MAX_RANK && dims.every((size) => Number.isInteger(size) && size >= 0);
  if (!fits || elementCount(dims) > MAX_ELEMENTS)
    invalid(tensor, `has shape [${dims.slice(0, MAX_RANK + 1).join(", ")}]`, `At most ${MAX_ELEMENTS} elements.`);
  return dims;
}

function fromRaw(type: ElementType, raw: Uint8Array, data: Float32Array | Float64Array): void {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  for (let index = 0; index < data.length; index++) data[index] = type.read(view, index * type.bytes);
}

/** Narrow types share a list; 16-bit floats are there as their bits. */
function fieldOf(tensor: TensorMessage, { name }: ElementType): readonly number[] {
  if (name === "float") return tensor.floatData;
  if (name === "double") return tensor.doubleData;
  if (name === "int64") return tensor.int64Data;
  if (name === "uint64" || name === "uint32") return tensor.uint64Data;
  if (name === "float16") return tensor.int32Data.map(fromFloat16);
  if (name === "bfloat16") return tensor.int32Data.map(fromBfloat16);
  return name === "bool" ? tensor.int32Data.map((value) => Number(value !== 0)) : tensor.int32Data;
}

function unsupported(tensor: TensorMessage): never {
  throw new VerimeshError(`Tensor "${tensor.name ?? ""}" has element type ${tensor.dataType ?? 0}.`, {
    code: "LAYER_UNSUPPORTED",
    details: `Supported are ${[...ELEMENT_TYPES.values()].map(({ name }) => name).join(", ")}.`,
  });
}

function invalid(tensor: TensorMessage, fact: string, details: string): never {
  throw new VerimeshError(`Tensor "${tensor.name ?? ""}" ${fact}.`, { code: "MODEL_FILE_INVALID", details });
}
