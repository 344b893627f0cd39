import { FLOAT32_EXACT_LIMIT } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { modelBounds } from "./graph.ts";
import { MODEL_LIMITS } from "./limits.ts";
import { shapeOfNode, sourcesOf, workOfNode } from "./node.ts";
import { checkShape, isIntegerWithin, refuse } from "./nodes/checks.ts";
import { kindOf } from "./nodes/kinds.ts";
import { elementCount } from "./shapes.ts";
import type { Hiding, IntegerModel, ModelNode, OutputRule, Shape, Source } from "./types.ts";

const FORMAT: IntegerModel["format"] = "verimesh-integer-model/2";
const HIDINGS: readonly Hiding[] = ["nothing", "input", "inputAndOutput"];

/**
 * Checks everything that reference, executor and circuit rely on: sources that come earlier, shapes that fit, tensors of
 * the right size, ranges, sizes within `MODEL_LIMITS`, and values that float32 holds exactly.
 *
 * @throws VerimeshError `MODEL_INVALID`, `MODEL_TOO_LARGE` or `ACCUMULATOR_TOO_LARGE`, naming the node
 */
export function validateModel(model: IntegerModel): void {
  validateStructure(model);
  modelBounds(model).executionBounds.forEach((bound, source) => {
    if (bound < FLOAT32_EXACT_LIMIT) return;
    const node = model.nodes[source - 1]!;
    throw new VerimeshError(`Node "${node.name}" (${node.kind}) can reach ${bound} in a partial sum.`, {
      code: "ACCUMULATOR_TOO_LARGE",
      details:
        "Expected less than 2^24, so that float32 is exact. Use smaller weights, rescale before, or split the node.",
    });
  });
}

/** The same without the bounds, which read every weight. */
function validateStructure(model: IntegerModel): void {
  const format: string = model.format;
  if (format !== FORMAT) invalid(`The model's format is "${format}"; expected "${FORMAT}".`);
  if (!HIDINGS.includes(model.hides)) {
    invalid(`The model hides "${String(model.hides)}"; expected one of ${HIDINGS.join(", ")}.`);
  }
  if (model.nodes.length === 0) invalid("The model has no node.");
  if (model.nodes.length > MODEL_LIMITS.nodes) tooLarge("nodes", model.nodes.length, MODEL_LIMITS.nodes);
  const input = { kind: "reshape", name: "the input", source: 0, shape: model.inputShape } as const;
  const shapes: Shape[] = [checkShape(input, model.inputShape)];
  const names = new Set<string>();
  const totals = { accumulators: 0, weights: 0, multiplications: 0 };
  for (const node of model.nodes) {
    validateName(node, names);
    const sources = validateSources(node, shapes.length).map((source) => shapes[source]!);
    const shape = shapeOfNode(node, sources);
    shapes.push(shape);
    totals.accumulators += elementCount(shape);
    totals.weights += tensorElements(node);
    totals.multiplications += workOfNode(node, { sources, shape });
    for (const [what, total] of Object.entries(totals)) {
      const limit = MODEL_LIMITS[what as keyof typeof totals];
      if (total > limit) tooLarge(what, total, limit);
    }
  }
  validateOutput(model.output, elementCount(shapes.at(-1)!));
}

function validateName(node: ModelNode, names: Set<string>): void {
  const { name } = node;
  if (typeof name !== "string" || name.length === 0 || name.length > MODEL_LIMITS.nameLength) {
    invalid(`A node's name is not 1 to ${MODEL_LIMITS.nameLength} long.`);
  }
  if (names.has(name)) invalid(`Two nodes have the name "${name}"; expected different names.`);
  names.add(name);
}

function validateSources(node: ModelNode, count: number): readonly Source[] {
  const sources = sourcesOf(node);
  if (sources.length === 0) refuse(node, "has no source", "one or more");
  if (sources.length > MODEL_LIMITS.nodes)
    refuse(node, `has ${sources.length} sources`, `at most ${MODEL_LIMITS.nodes}`);
  for (const source of sources) {
    if (isIntegerWithin(source, 0, count - 1)) continue;
    refuse(node, `reads source ${String(source)}`, `0, the input, to ${count - 1}, the node before`);
  }
  return sources;
}

function tensorElements(node: ModelNode): number {
  let elements = 0;
  for (const field of kindOf(node).tensors) {
    const value = node[field] as unknown as Int32Array | readonly Int32Array[];
    const tensors = ArrayBuffer.isView(value) ? [value] : value;
    for (const tensor of tensors) elements += tensor.length;
  }
  return elements;
}

function validateOutput(output: OutputRule, scores: number): void {
  switch (output.kind) {
    case "scores":
      return;
    case "argmax":
      if (scores < 2) invalid("An argmax needs at least 2 scores.");
      return;
    case "topK":
      if (!isIntegerWithin(output.k, 1, scores - 1)) {
        invalid(`The answer is the ${String(output.k)} largest of ${scores} scores; expected 1 to ${scores - 1}.`);
      }
      return;
    default:
      invalid(`The model's output is "${String((output as { kind: unknown }).kind)}".`);
  }
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, { code: "MODEL_INVALID" });
}

function tooLarge(what: string, amount: number, limit: number): never {
  throw new VerimeshError(`The model has ${amount} ${what}; at most ${limit} are allowed.`, {
    code: "MODEL_TOO_LARGE",
  });
}
