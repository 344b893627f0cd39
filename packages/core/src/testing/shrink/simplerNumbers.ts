import type { ModelNode } from "../../model/types.ts";
import { withNode, type Case } from "./Case.ts";

type Numbers = Int8Array | Int32Array | Uint8Array;

/** Lists up to this length are made simpler entry by entry. */
const FEW = 64;

/** The same with zeros and smaller numbers in input, weights, biases, tables and thresholds. */
export function* simplerNumbers(found: Case): Generator<Case> {
  for (const input of simpler(found.input)) yield { ...found, input };
  for (const [index, node] of found.model.nodes.entries()) {
    for (const changed of simplerNodes(node)) yield withNode(found, index, changed);
  }
}

function* simplerNodes(node: ModelNode): Generator<ModelNode> {
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (value instanceof Int8Array || value instanceof Int32Array) {
      for (const list of simpler(value)) yield { ...node, [key]: list };
    }
  }
  if (node.kind === "combine") {
    for (const [k, list] of node.multipliers.entries()) {
      for (const changed of simpler(list)) yield { ...node, multipliers: node.multipliers.with(k, changed) };
    }
  }
  if (node.kind === "requantize" && node.shifts.some((shift) => shift > 0)) {
    yield { ...node, shifts: node.shifts.map(() => 0) };
    if (node.shifts.length > 1) yield { ...node, shifts: node.shifts.slice(0, 1) };
  }
}

function* simpler<List extends Numbers>(list: List): Generator<List> {
  if (list.every((entry) => entry === 0)) return;
  yield list.map(() => 0) as List;
  if (list.some((entry) => Math.abs(entry) > 1)) {
    yield list.map((entry) => Math.sign(entry)) as List;
    yield list.map((entry) => Math.trunc(entry / 2)) as List;
  }
  if (list.length > FEW) return;
  for (const [at, entry] of list.entries()) {
    if (entry === 0) continue;
    yield list.with(at, 0) as List;
    if (Math.abs(entry) > 1) yield list.with(at, Math.trunc(entry / 2)) as List;
  }
}
