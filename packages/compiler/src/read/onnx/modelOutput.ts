import { elementCount, VerimeshError } from "@verimesh/core";
import type { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatSource } from "../../float/types.ts";
import { ELEMENT_TYPES } from "./file/elementTypes.ts";
import type { GraphMessage } from "./file/messages.ts";
import { printable } from "./OnnxCall.ts";
import type { TensorWriter } from "./TensorWriter.ts";
import type { OnnxValue } from "./values.ts";

/**
 * The name of the output that gives the scores: the only one, or the only one of real numbers, as a classifier gives labels
 * too.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED` if there are several
 */
export function scoresOutputOf({ output }: GraphMessage, wanted?: string): string {
  const names = output.map(({ name }) => name ?? "");
  const list = names.slice(0, 8).map((name) => `"${printable(name)}"`);
  if (wanted !== undefined) {
    return names.includes(wanted)
      ? wanted
      : refuse(`has no output "${printable(wanted)}"`, `It has ${list.join(", ")}.`);
  }
  const real = output.filter(
    ({ type }) =>
      type?.sequenceType !== undefined || ELEMENT_TYPES.get(type?.tensorType?.elemType ?? 0)?.kind === "real",
  );
  const [only] = output.length === 1 ? output : real.length === 1 ? real : [];
  return only?.name ?? refuse(`has ${names.length} outputs: ${list.join(", ")}`, "Choose one with the option output.");
}

/** The scores of the model's output, flat order; what changes no order after them left out. */
export function scoresOf(value: OnnxValue, writer: TensorWriter, builder: FloatModelBuilder): FloatSource {
  if (value.is === "constant")
    refuse("answers the same to every input", "Expected an output that depends on the input.");
  const tensor = writer.plain("output", value.is === "label" ? value.scores : value);
  const shape = builder.shapeOf(tensor.source);
  // The shape of the answer is of no account, and what only reshapes would hide a last softmax.
  const scores = withoutReshape(builder, writer.compact("output", tensor));
  const node = builder.nodeAt(scores);
  if (node?.op === "unary" && node.function.kind === "log") {
    const before = withoutReshape(builder, node.source);
    const softmax = builder.nodeAt(before);
    if (softmax?.op === "softmax" && softmax.shape.at(-1) === elementCount(shape)) return before;
  }
  return scores;
}

function withoutReshape(builder: FloatModelBuilder, source: FloatSource): FloatSource {
  const node = builder.nodeAt(source);
  if (node?.op !== "reshape") return source;
  const inner = builder.nodeAt(node.source);
  return inner?.op === "softmax" || inner?.op === "unary" ? node.source : source;
}

function refuse(fact: string, details: string): never {
  throw new VerimeshError(`The ONNX model ${fact}.`, { code: "LAYER_UNSUPPORTED", details });
}
