import { elementCount } from "@verimesh/core";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import type { OnnxValue } from "../values.ts";

/** What may stand between the scores and the model's output: it changes no order, and the integer model leaves it out. */
export const ENDINGS: Readonly<Record<string, OperatorReader>> = {
  ArgMax: (call) => {
    const x = call.tensor(0);
    const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
    if (x.shape[axis] !== elementCount(x.shape))
      call.refuse(
        `takes the greatest of some of [${x.shape.join(", ")}]`,
        "ArgMax over all scores, as the last step, is supported.",
      );
    if (call.attributes.int("select_last_index", 0) !== 0)
      call.refuse("takes the last of equal scores", "The first is supported (select_last_index 0).");
    return { is: "label", scores: x };
  },
  TopK: (call) =>
    call.refuse("chooses the best scores", "Export the model without it, and compile it with the output rule topK."),
  /** scikit-learn's probabilities by class name. */
  ZipMap: (call) => ended(call),
  /** After probabilities: they are divided by their sum, which changes no order. */
  Normalizer: (call) => {
    const value = call.input(0);
    const source = value.is === "tensor" ? value.source : -1;
    const node = call.writer.nodeAt(source);
    const isProbability = node?.op === "softmax" || (node?.op === "unary" && node.function.kind === "sigmoid");
    const norm = call.attributes.text("norm", "MAX");
    if (isProbability && norm === "L1") return ended(call);
    return call.refuse(
      `divides by the ${norm.slice(0, 8)} norm`,
      "It is supported (L1) as the last step, on a classifier's probabilities.",
    );
  },
};

function ended(call: OnnxCall): OnnxValue {
  const value = call.input(0);
  return value.is === "tensor" ? { is: "label", scores: value } : value;
}
