import { VerimeshError } from "../errors/VerimeshError.ts";
import { nodeShapes } from "./graph.ts";
import { isRearranging, runNode, sourcesOf } from "./node.ts";
import { elementCount } from "./shapes.ts";
import { argmax, topK } from "./topK.ts";
import type { IntegerModel, OutputRule, Trace } from "./types.ts";

/**
 * Runs the integer model: slow and obvious, the definition that executor and circuit must match bit for bit.
 *
 * @param model a valid model (`validateModel`)
 * @param input one byte per element of `model.inputShape`, row-major
 * @throws VerimeshError `INPUT_INVALID` if the length is wrong
 */
export function runReference(model: IntegerModel, input: Uint8Array): Trace {
  checkInput(model, input);
  const shapes = nodeShapes(model);
  const all: Int32Array[] = [Int32Array.from(input)];
  for (const node of model.nodes) {
    const sources = sourcesOf(node);
    const values = sources.map((source) => all[source]!);
    all.push(
      runNode(
        node,
        sources.map((source) => shapes[source]!),
        values,
      ),
    );
  }
  const values = model.nodes.map((node, k) => (isRearranging(node) ? null : all[k + 1]!));
  return { input: input.slice(), values, output: answerOf(model.output, all.at(-1)!) };
}

/** The answer that a rule makes of the scores. */
export function answerOf(rule: OutputRule, scores: Int32Array): Int32Array {
  if (rule.kind === "scores") return scores.slice();
  return rule.kind === "argmax" ? Int32Array.of(argmax(scores)) : topK(scores, rule.k);
}

/** @throws VerimeshError `INPUT_INVALID` unless there is exactly one byte per element */
export function checkInput(model: { readonly inputShape: readonly number[] }, input: Uint8Array): void {
  const expected = elementCount(model.inputShape);
  if (!(input instanceof Uint8Array) || input.length !== expected) {
    throw new VerimeshError(
      `The input has ${String((input as Partial<Uint8Array>).length)} bytes; the model takes ${expected}.`,
      {
        code: "INPUT_INVALID",
        details: `Expected a Uint8Array of shape [${model.inputShape.join(", ")}], row-major, one byte per element.`,
      },
    );
  }
}
