import { answerOf, type IntegerModel, isRearranging, nodeShapes, runNode, sourcesOf, type Trace } from "@verimesh/core";

/** The trace of a run in which one value is off; null if what follows cannot take it. */
export function falseTrace(
  model: IntegerModel,
  input: Uint8Array,
  source: number,
  index: number,
  change: number,
): Trace | null {
  const shapes = nodeShapes(model);
  const all: Int32Array[] = [Int32Array.from(input)];
  try {
    for (const [k, node] of model.nodes.entries()) {
      const sources = sourcesOf(node);
      const values = runNode(
        node,
        sources.map((s) => shapes[s]!),
        sources.map((s) => all[s]!),
      );
      if (k + 1 === source) values[index]! += change;
      all.push(values);
    }
    const values = model.nodes.map((node, k) => (isRearranging(node) ? null : all[k + 1]!));
    return { input, values, output: answerOf(model.output, all.at(-1)!) };
  } catch {
    return null;
  }
}
