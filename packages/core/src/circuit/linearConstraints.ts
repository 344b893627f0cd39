import { nodeShapes } from "../model/graph.ts";
import { isLinear, sourcesOf } from "../model/node.ts";
import { kindOf } from "../model/nodes/kinds.ts";
import { elementCount } from "../model/shapes.ts";
import type { IntegerModel } from "../model/types.ts";
import { circuitLayout, signalOf, valuesName } from "./layout.ts";
import type { CircuitLayout, LinearConstraint } from "./types.ts";
import { wiring } from "./wiring.ts";

/**
 * What ties every value of a linear node to the weights: `0 · 0 = Σ w·x + b − v`, one constraint per value, in wire order.
 * Lazy: a node of a million weights is never held as constraints. Terms over one wire are one term, constants are folded
 * into the constraint's, zero coefficients are left out.
 */
export function* linearConstraints(
  model: IntegerModel,
  layout: CircuitLayout = circuitLayout(model),
): Generator<LinearConstraint> {
  const shapes = nodeShapes(model);
  const wiresOf = wiring(model, layout);
  const last = layout.privateSignals.at(-1)!;
  const row = new Row(last.firstWire + last.length);
  for (const [k, node] of model.nodes.entries()) {
    if (!isLinear(node)) continue;
    const kind = kindOf(node);
    const sources = sourcesOf(node);
    const parts = sources.map(wiresOf);
    const around = { sources: sources.map((source) => shapes[source]!), shape: shapes[k + 1]! };
    const add = (source: number, element: number, coefficient: number) => {
      const { wires, constants } = parts[source]!;
      row.add(wires[element]!, coefficient, constants[element]!);
    };
    const { firstWire } = signalOf(layout, valuesName(k + 1));
    const count = elementCount(around.shape);
    for (let index = 0; index < count; index++) {
      row.clear();
      const constant = kind.row(node, around, index, add);
      yield row.constraint(firstWire + index, constant);
    }
  }
}

/** Gathers the terms of one constraint; what it gives is a copy and stays valid. */
class Row {
  private readonly wires: Uint32Array;
  /** By wire; 0 between rows. */
  private readonly coefficients: Float64Array;
  /** By wire: whether it is in `wires`. */
  private readonly isListed: Uint8Array;
  private length = 0;
  private constant = 0;

  constructor(wireCount: number) {
    this.wires = new Uint32Array(wireCount);
    this.coefficients = new Float64Array(wireCount);
    this.isListed = new Uint8Array(wireCount);
  }

  clear(): void {
    for (let i = 0; i < this.length; i++) {
      this.coefficients[this.wires[i]!] = 0;
      this.isListed[this.wires[i]!] = 0;
    }
    this.length = 0;
    this.constant = 0;
  }

  add(wire: number, coefficient: number, constant: number): void {
    if (coefficient === 0) return;
    if (wire === 0) {
      this.constant += coefficient * constant;
      return;
    }
    if (this.isListed[wire] === 0) {
      this.isListed[wire] = 1;
      this.wires[this.length++] = wire;
    }
    this.coefficients[wire]! += coefficient;
  }

  constraint(accumulatorWire: number, constant: number): LinearConstraint {
    const wires = this.wires.subarray(0, this.length).filter((wire) => this.coefficients[wire] !== 0);
    const coefficients = Int32Array.from(wires, (wire) => this.coefficients[wire]!);
    return { accumulatorWire, wires, coefficients, constant: this.constant + constant };
  }
}
