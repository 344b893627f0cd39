import type { IntegerModel, ModelNode, Source } from "../../model/types.ts";

/** A model and an input on which something went wrong. */
export interface Case {
  readonly model: IntegerModel;
  readonly input: Uint8Array;
}

/** The same model with other nodes; its answer are the scores, as the old rule may not fit them. */
export function withNodes({ model, input }: Case, nodes: readonly ModelNode[]): Case {
  return { model: { ...model, nodes, output: { kind: "scores" } }, input };
}

export function withNode({ model, input }: Case, index: number, node: ModelNode): Case {
  return { model: { ...model, nodes: model.nodes.with(index, node) }, input };
}

/** The node, reading from elsewhere. */
export function rewired(node: ModelNode, source: (old: Source) => Source): ModelNode {
  const sources = "sources" in node ? { sources: node.sources.map(source) } : { source: source(node.source) };
  return { ...node, ...sources } as ModelNode;
}

const LISTS = { Int8Array, Int32Array, Uint8Array };

/** As a JSON file that reproduces it; typed arrays as `{ "Int8Array": […] }`. */
export function caseToJson(found: Case): string {
  return JSON.stringify(found, (_, value: unknown) => {
    const list = Object.entries(LISTS).find(([, type]) => value instanceof type);
    return list ? { [list[0]]: Array.from(value as Int32Array) } : value;
  });
}

/** Reads what `caseToJson` wrote. The model is not checked. */
export function caseFromJson(json: string): Case {
  return JSON.parse(json, (_, value: unknown) => {
    const [name, list] = Object.entries(value && typeof value === "object" ? value : {})[0] ?? [];
    return name !== undefined && name in LISTS ? LISTS[name as keyof typeof LISTS].from(list as number[]) : value;
  }) as Case;
}
