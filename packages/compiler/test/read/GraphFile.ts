import type { io } from "@tensorflow/tfjs-core";
import { elementCount } from "@verimesh/core";

export type Attributes = Readonly<Record<string, object>>;

/** Attributes as protobuf's JSON has them: 64-bit integers are texts, texts are base64. */
export const attribute = {
  int: (value: number) => ({ i: String(value) }),
  ints: (values: readonly number[]) => ({ list: { i: values.map(String) } }),
  float: (value: number) => ({ f: value }),
  bool: (value: boolean) => ({ b: value }),
  text: (value: string) => ({ s: Buffer.from(value).toString("base64") }),
  texts: (values: readonly string[]) => ({ list: { s: values.map((value) => Buffer.from(value).toString("base64")) } }),
  type: (value: string) => ({ type: value }),
  shape: (sizes: readonly number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } }),
};

const FLOAT = { T: attribute.type("DT_FLOAT") };

/** Writes a TensorFlow.js Graph model, node by node, as the converter does. */
export class GraphFile {
  private readonly nodes: object[] = [];
  private readonly specs: io.WeightsManifestEntry[] = [];
  private readonly parts: Uint8Array[] = [];
  private output = "";

  input(shape: readonly number[], name = "x"): string {
    return this.push(name, "Placeholder", [], { dtype: attribute.type("DT_FLOAT"), shape: attribute.shape(shape) });
  }

  floats(shape: number[], values: ArrayLike<number>): string {
    return this.constant(shape, Float32Array.from(values), "float32", "DT_FLOAT");
  }

  ints(values: number | readonly number[]): string {
    const list = [values].flat();
    return this.constant(typeof values === "number" ? [] : [list.length], Int32Array.from(list), "int32", "DT_INT32");
  }

  op(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.push(`${op}_${this.nodes.length}`, op, inputs, { ...FLOAT, ...attributes });
  }

  push(name: string, op: string, input: readonly string[], attr: Attributes): string {
    this.nodes.push({ name, op, input, attr });
    this.output = name;
    return name;
  }

  /** The model.json's text apart from its weights; the last node is the output unless another is named. */
  json(output = this.output): { format: string; modelTopology: object; weightsManifest: object[]; signature: object } {
    return {
      format: "graph-model",
      modelTopology: { node: this.nodes, versions: { producer: 1482 }, library: {} },
      weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights: this.specs }],
      signature: {
        inputs: { x: { name: "x:0", dtype: "DT_FLOAT" } },
        outputs: { y: { name: output.includes(":") ? output : `${output}:0`, dtype: "DT_FLOAT" } },
      },
    };
  }

  weights(): { specs: io.WeightsManifestEntry[]; data: ArrayBuffer } {
    return { specs: this.specs, data: Uint8Array.from(Buffer.concat(this.parts)).buffer };
  }

  private constant(
    shape: number[],
    values: Float32Array | Int32Array,
    dtype: "float32" | "int32",
    type: string,
  ): string {
    if (values.length !== elementCount(shape)) throw new Error(`${values.length} values for [${shape.join()}]`);
    const name = `const_${this.nodes.length}`;
    this.specs.push({ name, shape, dtype });
    this.parts.push(new Uint8Array(values.buffer));
    return this.push(name, "Const", [], { dtype: attribute.type(type) });
  }
}
