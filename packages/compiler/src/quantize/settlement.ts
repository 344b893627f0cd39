import type { Padding2d } from "@verimesh/core";
import type { FloatSource } from "../float/types.ts";
import type { Lowering } from "./Lowering.ts";

/** Where the sums of a step are rescaled. */
export interface Settlement {
  readonly at: FloatSource;
  /** Whether nothing but rearrangements comes after: the sums are the model's scores. */
  readonly isScores: boolean;
}

type Graph = Pick<Lowering, "model" | "nodeOf" | "consumersOf">;

/**
 * The sums of a step are rescaled where they arise, or after the max poolings and the clip that alone read them: a
 * maximum does not mind the scale, and a clip is the bounds of the rescaling.
 */
export function settlementOf(graph: Graph, source: FloatSource): Settlement {
  let at = source;
  for (;;) {
    if (endsIn(graph, at)) return { at, isScores: true };
    const [consumer, ...others] = graph.consumersOf(at);
    const node = graph.nodeOf(consumer!)!;
    if (others.length > 0) return { at, isScores: false };
    if (node.op === "unary" && node.function.kind === "clip") return { at: consumer!, isScores: false };
    if (node.op !== "maxPool2d" || isPadded(node.padding) || !leadsToClip(graph, consumer!)) {
      return { at, isScores: false };
    }
    at = consumer!;
  }
}

/** Only across windows that do not overlap: `simplify` has put the clip behind exactly those. */
function leadsToClip(graph: Graph, source: FloatSource): boolean {
  const consumers = graph.consumersOf(source);
  if (consumers.length !== 1) return false;
  const node = graph.nodeOf(consumers[0]!)!;
  if (node.op === "maxPool2d") return !isPadded(node.padding) && leadsToClip(graph, consumers[0]!);
  return node.op === "unary" && node.function.kind === "clip";
}

export function isPadded({ top, bottom, left, right }: Padding2d): boolean {
  return top + bottom + left + right > 0;
}

/** Whether only reshapes follow, to the end. */
function endsIn(graph: Graph, source: FloatSource): boolean {
  if (source === graph.model.nodes.length) return true;
  const consumers = graph.consumersOf(source);
  const node = graph.nodeOf(consumers[0]!)!;
  return consumers.length === 1 && node.op === "reshape" && endsIn(graph, consumers[0]!);
}

/** Whether every reader of a value can do with one scale per channel. */
export function takesChannels(graph: Graph, source: FloatSource): boolean {
  return graph.model.nodes.length > source && graph.consumersOf(source).every((consumer) => reads(graph, consumer));
}

function reads(graph: Graph, consumer: FloatSource): boolean {
  const node = graph.nodeOf(consumer)!;
  switch (node.op) {
    case "dense":
    case "conv2d":
      return true;
    case "maxPool2d":
    case "averagePool2d":
      return takesChannels(graph, consumer);
    case "add":
    case "subtract":
      return true;
    case "reshape":
      return (
        isFlattening(graph, consumer) && graph.consumersOf(consumer).every((next) => graph.nodeOf(next)!.op === "dense")
      );
    default:
      return false;
  }
}

function isFlattening(graph: Graph, source: FloatSource): boolean {
  return graph.nodeOf(source)!.shape.length === 1;
}
