import { elementCount, MODEL_LIMITS, VerimeshError, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import { Attributes } from "./file/Attributes.ts";
import type { NodeMessage } from "./file/messages.ts";
import type { TensorWriter } from "./TensorWriter.ts";
import type { OnnxConstant, OnnxTensor, OnnxValue } from "./values.ts";

/** Writes one operator's nodes and gives its results: the first, or all of them. */
export type OperatorReader = (call: OnnxCall) => OnnxValue | readonly OnnxValue[];

/** One operator of the graph: where its inputs come from, its attributes, and where to write. */
export class OnnxCall {
  readonly writer: TensorWriter;
  readonly operator: string;
  /** Unique enough to be found in the file. */
  readonly name: string;
  readonly attributes: Attributes;
  readonly inputs: readonly (OnnxValue | undefined)[];
  /** Of outputs that the graph names, as many as the last one that is not empty. */
  readonly outputs: readonly string[];

  constructor(writer: TensorWriter, message: NodeMessage, index: number, inputs: readonly (OnnxValue | undefined)[]) {
    this.writer = writer;
    this.operator = printable(message.opType ?? "");
    this.name = printable(message.name ?? "") || `${this.operator}_${index}`;
    this.inputs = inputs;
    this.outputs = message.output;
    this.attributes = new Attributes(`"${this.name}" (${this.operator})`, message.attribute);
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` if it is not given */
  input(index: number): OnnxValue {
    return this.inputs[index] ?? this.invalid(`lacks its input ${index + 1}`);
  }

  /** @throws VerimeshError `LAYER_UNSUPPORTED` if the input is known from the start, or a label */
  tensor(index: number): OnnxTensor {
    const value = this.input(index);
    if (value.is === "tensor") return value;
    if (value.is === "label")
      return this.refuse("works on a label or a class index", "Labels may be the last step only.");
    return this.refuse(
      `takes a constant as input ${index + 1}`,
      "It is supported for what depends on the model's input.",
    );
  }

  /** @throws VerimeshError `LAYER_UNSUPPORTED` if the input depends on the model's input */
  constant(index: number, what: string): OnnxConstant {
    const value = this.input(index);
    if (value.is === "constant") return value;
    return this.refuse(
      `computes its ${what} from the model's input`,
      "It must be a constant: export it with fixed shapes.",
    );
  }

  /** A list of integers that newer operators take as an input and older ones as an attribute; undefined if not given. */
  integers(index: number, name: string): readonly number[] | undefined {
    if (this.inputs[index] === undefined) return this.attributes.ints(name);
    const { shape, data } = this.constant(index, name);
    const list = [...data.subarray(0, MAX_LIST)];
    if (shape.length <= 1 && data.length <= MAX_LIST && list.every((value) => Number.isInteger(value))) return list;
    return this.invalid(`has ${name} of shape [${shape.join(", ")}]`, "A list of integers is expected.");
  }

  /** An axis counted from the front. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank : value;
    return Number.isInteger(axis) && axis >= 0 && axis < rank
      ? axis
      : this.invalid(`names axis ${value} of ${rank}`, "An axis of its input is expected.");
  }

  /** Axes counted from the front, each once, in order. */
  axes(values: readonly number[], rank: number): readonly number[] {
    const axes = values.map((value) => this.axis(value, rank)).sort((a, b) => a - b);
    return new Set(axes).size === axes.length ? axes : this.invalid(`names an axis twice in [${values.join(", ")}]`);
  }

  /** @throws VerimeshError `LAYER_UNSUPPORTED` if the operator would mix the samples of a batch */
  mustKeepBatch({ hasBatch, shape }: OnnxTensor, axes: readonly number[]): void {
    if (hasBatch && axes.includes(0))
      this.refuse(`works along the batch axis of [${shape.join(", ")}]`, "Each sample must be answered on its own.");
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` for a shape that no tensor of a model can have */
  mustFit(shape: Shape): void {
    const fits = shape.length <= MAX_LIST && shape.every((size) => Number.isInteger(size) && size >= 1);
    if (!fits || elementCount(shape) > MODEL_LIMITS.elements)
      this.invalid(
        `gives [${shape.slice(0, 8).join(", ")}]`,
        `At most ${MODEL_LIMITS.elements} elements are expected.`,
      );
  }

  /** A result in the order of the file's shape. */
  result(source: FloatSource, shape: Shape, from: readonly OnnxTensor[], isChannelsLast = false): OnnxTensor {
    const hasBatch = shape[0] === 1 && from.some((tensor) => tensor.hasBatch);
    return { is: "tensor", kind: "real", shape, source, isChannelsLast, hasBatch };
  }

  /** Arithmetic of whole numbers wraps and truncates: what is supported is real. */
  mustBeReal(...tensors: readonly OnnxTensor[]): void {
    if (tensors.some(({ kind }) => kind !== "real"))
      this.refuse("computes with integers or truth values", "Cast them to float first.");
  }

  refuse(fact: string, details: string): never {
    throw new VerimeshError(`"${this.name}" (ONNX ${this.operator}) ${fact}.`, { code: "LAYER_UNSUPPORTED", details });
  }

  invalid(fact: string, details?: string): never {
    throw new VerimeshError(`"${this.name}" (ONNX ${this.operator}) ${fact}.`, { code: "MODEL_FILE_INVALID", details });
  }
}

const MAX_LIST = 64;
const MAX_NAME = 96;

/** Names go into messages and manifests. */
export function printable(name: string): string {
  return name.slice(0, MAX_NAME).replace(/[^\x20-\x7e]/g, "_");
}
