import { VerimeshError, type Shape } from "@verimesh/core";
import { ELEMENT_TYPES, type ElementKind } from "./file/elementTypes.ts";
import type { GraphMessage, ValueInfoMessage } from "./file/messages.ts";
import { printable } from "./OnnxCall.ts";

export interface ModelInput {
  readonly name: string;
  readonly kind: ElementKind;
  /** As in the file, with a batch of 1. */
  readonly shape: Shape;
  /** Without the batch. */
  readonly sampleShape: Shape;
  /** Whether the file leaves the batch open. */
  readonly hasBatch: boolean;
}

/**
 * The graph's only input: what it lists and does not initialize.
 *
 * @param sampleShape for a file that leaves more than the batch open
 * @throws VerimeshError `LAYER_UNSUPPORTED` for several inputs, a fixed batch, or an open shape
 */
export function modelInputOf(graph: GraphMessage, sampleShape?: Shape): ModelInput {
  const initialized = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initialized.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const names = inputs.slice(0, 8).map(({ name }) => `"${printable(name ?? "")}"`);
    return refuse(
      `has ${inputs.length} inputs: ${names.join(", ")}`,
      "Expected one; join several, or export them as one tensor.",
    );
  }
  const { kind, dimensions } = tensorTypeOf(input);
  if (sampleShape !== undefined) return given(input, kind, dimensions, sampleShape);
  // A vector of fixed length has no batch axis; anything else does.
  if (dimensions.length === 1 && dimensions[0]! > 0)
    return { name: input.name ?? "", kind, shape: dimensions, sampleShape: dimensions, hasBatch: false };
  const [batch, ...sample] = dimensions;
  if (sample.length === 0) refuse("takes a single number, or none", "Expected a batch axis and features.");
  if (batch! > 1) refuse(`takes a batch of ${batch}`, "Export with a batch of 1, or an open one.");
  if (sample.some((size) => size <= 0))
    refuse(
      `takes ${describe(dimensions)}, of which more than the batch is open`,
      "Export with a fixed shape, or give inputShape.",
    );
  return { name: input.name ?? "", kind, shape: [1, ...sample], sampleShape: sample, hasBatch: batch! <= 0 };
}

function given(input: ValueInfoMessage, kind: ElementKind, dimensions: Shape, sampleShape: Shape): ModelInput {
  const name = input.name ?? "";
  const shape = [1, ...sampleShape];
  const fits = (own: Shape) =>
    own.length === dimensions.length && own.every((size, axis) => dimensions[axis]! <= 0 || dimensions[axis] === size);
  if (fits(shape)) return { name, kind, shape, sampleShape, hasBatch: dimensions[0]! <= 0 };
  if (fits(sampleShape)) return { name, kind, shape: sampleShape, sampleShape, hasBatch: false };
  return refuse(`takes ${describe(dimensions)}`, `The inputShape given, [${sampleShape.join(", ")}], does not fit.`);
}

/** Sizes; 0 or less for an open one. */
function tensorTypeOf({ name, type }: ValueInfoMessage): { kind: ElementKind; dimensions: Shape } {
  const element = ELEMENT_TYPES.get(type?.tensorType?.elemType ?? 0);
  const shape = type?.tensorType?.shape;
  if (element === undefined)
    return refuse(`takes "${printable(name ?? "")}", which is no tensor of numbers`, "Expected one of float or int64.");
  if (shape === undefined || shape.dim.length > 8)
    return refuse("takes a tensor of any shape", "Export with a fixed shape.");
  return { kind: element.kind, dimensions: shape.dim.map(({ dimValue }) => Math.max(dimValue ?? 0, 0)) };
}

function describe(dimensions: Shape): string {
  return `[${dimensions.map((size) => (size > 0 ? size : "?")).join(", ")}]`;
}

function refuse(fact: string, details: string): never {
  throw new VerimeshError(`The ONNX model ${fact}.`, { code: "LAYER_UNSUPPORTED", details });
}
