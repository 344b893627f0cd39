import { VerimeshError, type Shape } from "@verimesh/core";
import type { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatNodeDraft } from "../../float/shapes.ts";
import type { FloatSource } from "../../float/types.ts";
import type { GraphNode } from "./GraphDef.ts";
import { bareShape, type Constant, type GraphTensor, type GraphValue } from "./values.ts";

/** Writes one operation and gives its outputs: one value, or a list of several. */
export type OpReader = (call: GraphCall) => GraphValue | GraphValue[];

type Unnamed<Draft> = Draft extends FloatNodeDraft ? Omit<Draft, "name"> : never;

/** One operation with the values it consumes. */
export class GraphCall {
  readonly node: GraphNode;
  readonly inputs: readonly GraphValue[];
  /** Names of the operations that consume this one. */
  readonly consumers: readonly string[];
  private readonly builder: FloatModelBuilder;

  constructor(
    builder: FloatModelBuilder,
    node: GraphNode,
    inputs: readonly GraphValue[],
    consumers: readonly string[],
  ) {
    this.builder = builder;
    this.node = node;
    this.inputs = inputs;
    this.consumers = consumers;
  }

  input(index: number): GraphValue {
    return (
      this.inputs[index] ?? this.refuse(`has ${this.inputs.length} inputs`, "More are expected.", "MODEL_FILE_INVALID")
    );
  }

  tensor(index: number): GraphTensor {
    const value = this.input(index);
    return value.kind === "tensor"
      ? value
      : this.refuse(`has a constant input ${index}`, "A tensor is expected there.");
  }

  constant(index: number): Constant {
    const value = this.input(index);
    return value.kind === "constant"
      ? value
      : this.refuse(`takes input ${index} from the model's input`, "A constant is supported there.");
  }

  floats(index: number): Float32Array {
    return Float32Array.from(this.constant(index).values);
  }

  /** A constant of whole numbers: a shape, axes, … */
  integers(index: number): number[] {
    const values = Array.from(this.constant(index).values);
    const fits = values.length <= 64 && values.every((value) => Number.isInteger(value));
    return fits ? values : this.refuse(`takes ${values.join(", ").slice(0, 40)}`, "Whole numbers are expected.");
  }

  /** An axis of a tensor of that rank, from 0. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank : value;
    const fits = Number.isInteger(axis) && axis >= 0 && axis < rank;
    return fits ? axis : this.refuse(`works on axis ${value} of ${rank}`, undefined, "MODEL_FILE_INVALID");
  }

  /** Appends a node to the float model. */
  add(draft: Unnamed<FloatNodeDraft>): FloatSource {
    return this.builder.add({ ...draft, name: this.node.name });
  }

  /** Appends a node on one tensor that keeps its shape. */
  keep(tensor: GraphTensor, draft: (source: FloatSource) => Unnamed<FloatNodeDraft>): GraphTensor {
    return this.give(this.add(draft(tensor.source)), tensor.shape);
  }

  /** A float node as a value of the file's shape. */
  give(source: FloatSource, shape: Shape): GraphTensor {
    return { kind: "tensor", shape, source: this.view(source, bareShape(shape)) };
  }

  /** The same values as a float node of that shape. */
  view(source: FloatSource, shape: Shape): FloatSource {
    return this.builder.reshape(this.node.name, source, shape);
  }

  /** The tensor's values stretched to a shape of the file, as a float node of the bare shape. */
  stretch(tensor: GraphTensor, to: Shape): FloatSource {
    if (tensor.shape.join() === to.join()) return tensor.source;
    const bare = bareShape(to);
    const aligned = [...new Array<number>(to.length - tensor.shape.length).fill(1), ...tensor.shape];
    return this.builder.broadcast(
      this.node.name,
      this.view(tensor.source, aligned.slice(to.length - bare.length)),
      bare,
    );
  }

  /** @throws VerimeshError naming the node and its operation */
  refuse(fact: string, details?: string, code = "LAYER_UNSUPPORTED"): never {
    throw new VerimeshError(`Node "${this.node.name}" (${this.node.op}) ${fact}.`, { code, details });
  }
}
