import { elementCount, MODEL_LIMITS, VerimeshError, type Shape } from "@verimesh/core";
import { keepReachable } from "./reachable.ts";
import { floatSourcesOf, inferFloatShape, type FloatNodeDraft } from "./shapes.ts";
import type { FloatModel, FloatNode, FloatSource } from "./types.ts";

/** Appends nodes, infers their shapes and keeps names unique: what every reader writes a model with. */
export class FloatModelBuilder {
  private readonly nodes: FloatNode[] = [];
  private readonly names = new Set<string>();
  private multiplications = 0;
  private readonly inputShape: Shape;

  /** @throws VerimeshError `MODEL_FILE_INVALID` for a shape that no model can have */
  constructor(inputShape: Shape) {
    checkShape("input", inputShape);
    this.inputShape = inputShape;
  }

  shapeOf(source: FloatSource): Shape {
    return source === 0 ? this.inputShape : this.nodes[source - 1]!.shape;
  }

  nodeAt(source: FloatSource): FloatNode | undefined {
    return this.nodes[source - 1];
  }

  /**
   * Appends a node; of two with one name the second becomes `name_2`.
   *
   * @throws VerimeshError `MODEL_FILE_INVALID` if it does not fit its sources; `WEIGHTS_NOT_FINITE`
   */
  add(draft: FloatNodeDraft): FloatSource {
    const sourceShapes = floatSourcesOf(draft).map((source) => this.shapeOf(source));
    const shape = inferFloatShape(draft, sourceShapes);
    checkShape(draft.name, shape);
    this.multiplications += workOf(draft, shape, sourceShapes);
    if (this.multiplications > MODEL_LIMITS.multiplications) {
      throw new VerimeshError(`The model takes more than ${MODEL_LIMITS.multiplications} multiplications.`, {
        code: "MODEL_FILE_INVALID",
        details: `"${draft.name}" exceeds it.`,
      });
    }
    checkFinite(draft);
    if (this.nodes.length >= MAX_FLOAT_NODES) {
      throw new VerimeshError(`The model has more than ${MAX_FLOAT_NODES} operations.`, { code: "MODEL_FILE_INVALID" });
    }
    this.nodes.push({ ...draft, name: this.uniqueName(draft.name), shape });
    return this.nodes.length;
  }

  /** The source in that shape: itself where it has it already. */
  reshape(name: string, source: FloatSource, shape: Shape): FloatSource {
    if (this.shapeOf(source).join() === shape.join()) return source;
    return this.add({ op: "reshape", name, source, shape });
  }

  /** The source stretched to that shape: itself where it has it already. */
  broadcast(name: string, source: FloatSource, shape: Shape): FloatSource {
    if (this.shapeOf(source).join() === shape.join()) return source;
    return this.add({ op: "broadcast", name, source, shape });
  }

  /**
   * The model whose scores `output` gives, without what does not lead to them. A last sigmoid, or softmax over all
   * scores, is dropped, since it changes no order.
   *
   * @throws VerimeshError `LAYER_UNSUPPORTED` if nothing is left
   */
  finish(format: string, output: FloatSource, inputNames?: readonly string[]): FloatModel {
    const last = this.nodeAt(output);
    const droppedActivation = last === undefined ? "linear" : finalActivation(last);
    const scores = droppedActivation === "linear" ? output : floatSourcesOf(last!)[0]!;
    if (scores === 0) {
      throw new VerimeshError("The model applies nothing to its input.", {
        code: "LAYER_UNSUPPORTED",
        details: "Expected at least one layer before a last softmax or sigmoid.",
      });
    }
    const nodes = keepReachable(this.nodes, scores);
    return { format, inputShape: this.inputShape, inputNames, nodes, droppedActivation };
  }

  private uniqueName(wanted: string): string {
    const base = (wanted === "" ? "node" : wanted).slice(0, MODEL_LIMITS.nameLength - 8);
    let name = base;
    for (let count = 2; this.names.has(name); count++) name = `${base}_${count}`;
    this.names.add(name);
    return name;
  }
}

/** Decomposed layers are many operations; what the quantizer makes of them is limited again. */
const MAX_FLOAT_NODES = 8192;

function finalActivation(node: FloatNode): FloatModel["droppedActivation"] {
  if (node.op === "softmax" && node.shape.at(-1) === elementCount(node.shape)) return "softmax";
  return node.op === "unary" && node.function.kind === "sigmoid" ? "sigmoid" : "linear";
}

/** Multiplications of one run. */
function workOf(draft: FloatNodeDraft, shape: Shape, sourceShapes: readonly Shape[]): number {
  if (draft.op === "dense") return elementCount(shape) * draft.inputs;
  if (draft.op === "conv2d") return (elementCount(shape) * draft.weights.length) / draft.filters;
  if (draft.op === "matMul") return elementCount(shape) * sourceShapes[0]!.at(-1)!;
  if (draft.op === "averagePool2d" || draft.op === "maxPool2d")
    return elementCount(shape) * draft.window[0] * draft.window[1];
  return elementCount(shape);
}

function checkShape(name: string, shape: Shape): void {
  const fits = shape.length >= 1 && shape.length <= 4 && shape.every((size) => Number.isInteger(size) && size >= 1);
  if (fits && elementCount(shape) <= MODEL_LIMITS.elements) return;
  throw new VerimeshError(`"${name}" has shape [${shape.join(", ")}].`, {
    code: "MODEL_FILE_INVALID",
    details: `Expected one to four axes, each of 1 or more, without the batch, and at most ${MODEL_LIMITS.elements} elements.`,
  });
}

function checkFinite(draft: FloatNodeDraft): void {
  for (const [part, values] of Object.entries(draft)) {
    if (!(values instanceof Float32Array || values instanceof Float64Array)) continue;
    const index = values.findIndex((value: number) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new VerimeshError(`"${draft.name}" (${draft.op}): element ${index} of its ${part} is ${values[index]!}.`, {
      code: "WEIGHTS_NOT_FINITE",
      details: "Expected finite numbers. The training diverged: lower the learning rate.",
    });
  }
}
