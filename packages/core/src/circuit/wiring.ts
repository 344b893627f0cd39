import { nodeShapes } from "../model/graph.ts";
import { isRearranging, sourcesOf } from "../model/node.ts";
import { kindOf } from "../model/nodes/kinds.ts";
import { eachOrigin } from "../model/nodes/rearranging.ts";
import { elementCount } from "../model/shapes.ts";
import type { IntegerModel, RearrangingNode, Shape, Source } from "../model/types.ts";
import { circuitLayout, signalOf, valuesName } from "./layout.ts";
import type { CircuitLayout, SourceWires } from "./types.ts";

/** Tells the wires of each source's elements; what it told once it remembers. */
export type Wiring = (source: Source) => SourceWires;

/**
 * The wires of a model's circuit, rearrangements undone: element i of a source is the value of `wires[i]`; where that is
 * 0, the constant-one wire, it is `constants[i]`.
 */
export function wiring(model: IntegerModel, layout: CircuitLayout = circuitLayout(model)): Wiring {
  const shapes = nodeShapes(model);
  const known = new Map<Source, SourceWires>();
  const wiresOf: Wiring = (source) => {
    let wires = known.get(source);
    if (wires === undefined) {
      wires = trace(source);
      known.set(source, wires);
    }
    return wires;
  };
  const trace = (source: Source): SourceWires => {
    const node = model.nodes[source - 1];
    if (node !== undefined && isRearranging(node)) return rearranged(node, shapes, shapes[source]!, wiresOf);
    const { firstWire, length } = signalOf(layout, source === 0 ? "x" : valuesName(source));
    return { wires: Int32Array.from({ length }, (_, index) => firstWire + index), constants: new Int32Array(length) };
  };
  return wiresOf;
}

function rearranged(node: RearrangingNode, shapes: readonly Shape[], shape: Shape, wiresOf: Wiring): SourceWires {
  const sources = sourcesOf(node);
  const parts = sources.map(wiresOf);
  const kind = kindOf(node);
  const constant = kind.constant?.(node) ?? 0;
  const wires = new Int32Array(elementCount(shape));
  const constants = new Int32Array(wires.length);
  const nodeShapes = { sources: sources.map((source) => shapes[source]!), shape };
  eachOrigin(kind, node, nodeShapes, (index, part, element) => {
    wires[index] = part < 0 ? 0 : parts[part]!.wires[element]!;
    constants[index] = part < 0 ? constant : parts[part]!.constants[element]!;
  });
  return { wires, constants };
}
