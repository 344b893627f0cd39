import { elementCount, Random, type Shape } from "@verimesh/core";
import type { AttributeMessage, TensorMessage } from "../../../src/read/onnx/file/messages.ts";
import { encodeMessage } from "./encodeModel.ts";

type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | TensorMessage
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export const FLOAT = 1;
export const INT64 = 7;
export const DOUBLE = 11;

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  readonly outputs?: readonly string[];
  readonly name?: string;
}

/** A small ONNX file, written operator by operator: `"x"` is the input, each call gives its first output's name. */
export class OnnxFile {
  readonly nodes: object[] = [];
  readonly initializers: TensorMessage[] = [];
  readonly inputs: object[];
  outputs: object[] = [];
  irVersion = 8;
  opsets: object[] = [
    { domain: "", version: 17 },
    { domain: "ai.onnx.ml", version: 3 },
  ];
  private readonly random: Random;
  private count = 0;

  /** @param shape with batch; null for an open size */
  constructor(shape: readonly (number | null)[], { type = FLOAT, seed = 1 } = {}) {
    this.inputs = [valueInfo("x", type, shape)];
    this.random = new Random(seed);
  }

  op(
    operator: string,
    inputs: readonly string[],
    { attributes = {}, domain = "", outputs, name }: NodeOptions = {},
  ): string {
    const output = outputs ?? [`${operator}_${++this.count}`];
    this.nodes.push({
      input: inputs,
      output,
      name: name ?? `${operator}/${this.count}`,
      opType: operator,
      domain,
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return output[0]!;
  }

  /** The same with attributes as the last argument alone. */
  with(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): string {
    return this.op(operator, inputs, { attributes });
  }

  floats(shape: Shape, values?: readonly number[]): string {
    const list = values ?? this.numbers(elementCount(shape));
    return this.initializer({ ...tensor(FLOAT, shape), rawData: new Uint8Array(Float32Array.from(list).buffer) });
  }

  ints(values: readonly number[], shape: Shape = [values.length]): string {
    return this.initializer({ ...tensor(INT64, shape), int64Data: values });
  }

  numbers(count: number): number[] {
    return Array.from({ length: count }, () => Math.fround(2 * this.random.next() - 1));
  }

  initializer(message: TensorMessage): string {
    const name = `w${this.initializers.length}`;
    this.initializers.push({ ...message, name });
    return name;
  }

  /** The file, with that output. */
  bytes(output: string, type = FLOAT): Uint8Array {
    const outputs = this.outputs.length > 0 ? this.outputs : [valueInfo(output, type)];
    return encodeMessage("Model", {
      irVersion: this.irVersion,
      producerName: "verimesh tests",
      opsetImport: this.opsets,
      graph: { name: "graph", node: this.nodes, initializer: this.initializers, input: this.inputs, output: outputs },
    });
  }
}

export function tensor(dataType: number, dims: Shape): TensorMessage {
  return {
    dims,
    dataType,
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    uint64Data: [],
    externalData: [],
  };
}

export function valueInfo(name: string, elemType: number, shape?: readonly (number | null)[]): object {
  if (shape === undefined) return { name, type: { tensorType: { elemType } } };
  const dim = shape.map((size) => (size === null ? { dimParam: "N" } : { dimValue: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

function attribute(name: string, value: Attribute): Partial<AttributeMessage> {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  if (typeof value === "number")
    return Number.isInteger(value) ? { name, type: 2, i: value } : { name, type: 1, f: value };
  if (typeof value === "string") return { name, type: 3, s: utf8(value) };
  if ("dims" in value) return { name, type: 4, t: value };
  if ("float" in value) return { name, type: 1, f: value.float };
  if ("floats" in value) return { name, type: 6, floats: value.floats };
  if (value.some((item) => typeof item === "string"))
    return { name, type: 8, strings: (value as readonly string[]).map(utf8) };
  return value.every((item) => Number.isInteger(item))
    ? { name, type: 7, ints: value as readonly number[] }
    : { name, type: 6, floats: value as readonly number[] };
}
