import { elementCount } from "@verimesh/core";
import { treesFromOnnx } from "../../trees/onnxTrees.ts";
import type { FloatModel, FloatSource } from "../../../float/types.ts";
import { applyAffine } from "../affine.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { constant, type OnnxTensor, type OnnxValue } from "../values.ts";

/** The domain `ai.onnx.ml`, as scikit-learn's and boosting libraries' converters write it. */
export const CLASSICAL: Readonly<Record<string, OperatorReader>> = {
  Scaler: (call) => {
    const x = asReal(call.tensor(0));
    const width = x.shape.at(-1) ?? 1;
    const list = (name: string, otherwise: number): Float64Array => {
      const given = call.attributes.floats(name) ?? [otherwise];
      if (given.length !== width && given.length !== 1)
        call.invalid(`has ${given.length} numbers in ${name}`, `${width} are expected.`);
      return Float64Array.from({ length: width }, (_, index) => given[index % given.length]!);
    };
    const scale = list("scale", 1);
    const offset = list("offset", 0).map((value, index) => -value * scale[index]!);
    return applyAffine(call, x, { scale: constant("real", [width], scale), offset: constant("real", [width], offset) });
  },
  LinearRegressor: (call) => {
    const x = features(call);
    const targets = call.attributes.int("targets", 1);
    const transform = call.attributes.text("post_transform", "NONE");
    if (transform !== "NONE") call.refuse(`applies ${transform.slice(0, 16)}`, "NONE is supported.");
    return call.result(linear(call, x, targets), [1, targets], [call.tensor(0)]);
  },
  LinearClassifier: (call) => {
    const x = features(call);
    const classes = classCount(call);
    const coefficients = call.attributes.floats("coefficients")?.length ?? 0;
    const isSingle = classes === 2 && coefficients === x.width;
    const transform = call.attributes.text("post_transform", "NONE");
    const known = isSingle ? ["NONE", "LOGISTIC"] : ["NONE", "LOGISTIC", "SOFTMAX"];
    if (!known.includes(transform))
      call.refuse(`applies ${transform.slice(0, 16)}`, `${known.join(", ")} are supported.`);
    // A single row scores the second of two classes.
    const scores = linear(call, x, isSingle ? 1 : classes);
    const answer = activated(call, scores, ACTIVATIONS[transform]!);
    return isSingle ? forTheEnd(call, answer) : withScores(call, answer, classes);
  },
  TreeEnsembleClassifier: (call) => trees(call, "TreeEnsembleClassifier"),
  TreeEnsembleRegressor: (call) => trees(call, "TreeEnsembleRegressor"),
};

function trees(call: OnnxCall, operator: "TreeEnsembleClassifier" | "TreeEnsembleRegressor"): OnnxValue | OnnxValue[] {
  const { source, width } = features(call);
  const { activation, ...ensemble } = treesFromOnnx(operator, call.attributes.plain(), width);
  const { name, writer } = call;
  const scores = writer.add({ op: "trees", name, source, ...ensemble });
  const isSingle = operator === "TreeEnsembleClassifier" && ensemble.outputs === 1 && classCount(call) === 2;
  if (isSingle && activation === "softmax")
    call.refuse("applies SOFTMAX to a single score", "NONE and LOGISTIC are supported.");
  const answer = activated(call, scores, activation);
  if (operator === "TreeEnsembleRegressor") return call.result(answer, [1, ensemble.outputs], [call.tensor(0)]);
  return isSingle ? forTheEnd(call, answer) : withScores(call, answer, ensemble.outputs);
}

const ACTIVATIONS: Readonly<Record<string, FloatModel["droppedActivation"]>> = {
  NONE: "linear",
  LOGISTIC: "sigmoid",
  SOFTMAX: "softmax",
};

function activated(call: OnnxCall, source: FloatSource, activation: FloatModel["droppedActivation"]): FloatSource {
  const name = `${call.name}/${activation}`;
  if (activation === "softmax") return call.writer.add({ op: "softmax", name, source });
  return activation === "sigmoid"
    ? call.writer.add({ op: "unary", name, source, function: { kind: "sigmoid" } })
    : source;
}

interface Features {
  readonly source: FloatSource;
  readonly width: number;
}

function features(call: OnnxCall): Features {
  const x = call.tensor(0);
  const width = elementCount(x.shape);
  if (x.shape.at(-1) !== width) call.refuse(`takes [${x.shape.join(", ")}]`, "One row of features is supported.");
  return { source: call.writer.view(call.name, call.writer.plain(call.name, x), [width]), width };
}

function linear(call: OnnxCall, { source, width }: Features, units: number): FloatSource {
  const coefficients = call.attributes.floats("coefficients") ?? [];
  const intercepts = call.attributes.floats("intercepts") ?? [];
  if (units < 1 || coefficients.length !== width * units || ![0, units].includes(intercepts.length))
    call.invalid(
      `has ${coefficients.length} coefficients and ${intercepts.length} intercepts`,
      `${width}·${units} and ${units} are expected.`,
    );
  const weights = new Float32Array(width * units);
  coefficients.forEach((value, index) => (weights[(index % width) * units + Math.floor(index / width)] = value));
  const bias = Float32Array.from({ length: units }, (_, o) => intercepts[o] ?? 0);
  return call.writer.add({ op: "dense", name: call.name, source, inputs: width, units, weights, bias });
}

function classCount(call: OnnxCall): number {
  const attributes = call.attributes.plain();
  const labels = [attributes["classlabels_strings"], attributes["classlabels_ints"], attributes["classlabels_int64s"]];
  return Math.max(...labels.map((list) => (Array.isArray(list) ? list.length : 0)), 1);
}

/** The label, and scores that later operators may use. */
function withScores(call: OnnxCall, source: FloatSource, count: number): OnnxValue[] {
  const scores = call.result(source, [1, count], [call.tensor(0)]);
  return [{ is: "label", scores }, scores];
}

/** The label, and a score that stands for the second of two classes: the file has one for each. */
function forTheEnd(call: OnnxCall, source: FloatSource): OnnxValue[] {
  const scores = call.result(source, [1, 1], [call.tensor(0)]);
  return [
    { is: "label", scores },
    { is: "label", scores },
  ];
}

function asReal(x: OnnxTensor): OnnxTensor {
  return { ...x, kind: "real" };
}
