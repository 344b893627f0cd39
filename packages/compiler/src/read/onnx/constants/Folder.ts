import { elementCount, type Shape } from "@verimesh/core";
import type { OnnxCall } from "../OnnxCall.ts";
import type { OnnxConstant } from "../values.ts";

/** Computes an operator on constants. */
export type Folder = (call: OnnxCall, inputs: readonly OnnxConstant[]) => OnnxConstant | readonly OnnxConstant[];

/** Elements of a constant that is computed, at most. */
export const MAX_FOLDED = 2 ** 24;

/** @throws VerimeshError `MODEL_FILE_INVALID` before so much is set aside */
export function mustFold(call: OnnxCall, shape: Shape): void {
  if (shape.length > 8 || !(elementCount(shape) <= MAX_FOLDED))
    call.invalid(`gives [${shape.slice(0, 9).join(", ")}]`, `At most ${MAX_FOLDED} elements are expected.`);
  call.writer.charge(elementCount(shape));
}
