import type { JsonValue } from "../json/JsonValue.ts";

const MAX_NODES = 16384;
const MAX_LIST = 64;

/** Output `output` of node `node`. */
export interface GraphInput {
  readonly node: string;
  readonly output: number;
}

/** A node of a TensorFlow GraphDef in protobuf's JSON: an operation, what it consumes and its attributes. */
export class GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly GraphInput[];
  private readonly attributes: JsonValue;

  constructor(json: JsonValue) {
    this.name = json.get("name").string();
    this.op = json.get("op").string();
    const inputs = json.get("input").isPresent ? json.get("input").strings() : [];
    // `^name` only orders side effects, of which there are none.
    this.inputs = inputs.filter((input) => !input.startsWith("^")).map(parseInput);
    this.attributes = json.get("attr");
  }

  int(name: string, otherwise: number): number {
    const value = this.attributes.get(name).get("i");
    return value.isPresent ? value.integerText(-(2 ** 31), 2 ** 31 - 1) : otherwise;
  }

  ints(name: string): number[] | undefined {
    const attribute = this.attributes.get(name);
    if (!attribute.isPresent) return undefined;
    const list = attribute.get("list").get("i");
    return list.isPresent ? list.items(MAX_LIST).map((item) => item.integerText(-(2 ** 31), 2 ** 31 - 1)) : [];
  }

  float(name: string, otherwise: number): number {
    const value = this.attributes.get(name).get("f");
    return value.isPresent ? value.number() : otherwise;
  }

  bool(name: string, otherwise: boolean): boolean {
    const value = this.attributes.get(name).get("b");
    return value.isPresent ? value.boolean() : otherwise;
  }

  /** Texts are bytes, and so base64 in JSON. */
  text(name: string, otherwise: string): string {
    const value = this.attributes.get(name).get("s");
    return value.isPresent ? decode(value) : otherwise;
  }

  texts(name: string): string[] {
    const list = this.attributes.get(name).get("list").get("s");
    return list.isPresent ? list.items(MAX_LIST).map(decode) : [];
  }

  /** `DT_FLOAT`, … or empty. */
  type(name: string): string {
    const value = this.attributes.get(name).get("type");
    return value.isPresent ? value.string() : "";
  }

  /** Sizes with -1 for those left open; undefined if the rank is open. */
  shape(name: string): number[] | undefined {
    const shape = this.attributes.get(name).get("shape");
    const dimensions = shape.get("dim");
    if (!shape.isPresent || shape.get("unknownRank").value === true) return undefined;
    if (!dimensions.isPresent) return [];
    return dimensions
      .items(MAX_LIST)
      .map((size) => (size.has("size") ? size.get("size").integerText(-1, 2 ** 31 - 1) : 0));
  }
}

/** @throws VerimeshError `MODEL_FILE_INVALID` for two nodes of one name */
export function parseGraphDef(topology: JsonValue): Map<string, GraphNode> {
  const nodes = new Map<string, GraphNode>();
  for (const json of topology.get("node").items(MAX_NODES)) {
    const node = new GraphNode(json);
    if (nodes.has(node.name)) json.get("name").refuse("a name of its own");
    nodes.set(node.name, node);
  }
  return nodes;
}

/** `name` or `name:output`. */
export function parseInput(text: string): GraphInput {
  const colon = text.lastIndexOf(":");
  const output = colon < 0 ? 0 : Number(text.slice(colon + 1));
  return Number.isInteger(output) && output >= 0
    ? { node: colon < 0 ? text : text.slice(0, colon), output }
    : { node: text, output: 0 };
}

function decode(value: JsonValue): string {
  return Buffer.from(value.string(), "base64").toString("latin1");
}
