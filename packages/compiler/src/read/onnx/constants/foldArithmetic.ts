import type { Shape } from "@verimesh/core";
import type { ElementKind } from "../file/elementTypes.ts";
import type { OnnxCall } from "../OnnxCall.ts";
import { kindOfCast } from "../operators/castKind.ts";
import { broadcastShape, constant, type OnnxConstant } from "../values.ts";
import { mustFold, type Folder } from "./Folder.ts";
import { strided } from "./strided.ts";

type Combine = (a: number, b: number, kind: ElementKind) => number;

export const FOLDED_ARITHMETIC: Readonly<Record<string, Folder>> = {
  Add: pairs((a, b) => a + b),
  Sub: pairs((a, b) => a - b),
  Mul: pairs((a, b) => a * b),
  Div: pairs((a, b, kind) => (kind === "whole" ? Math.trunc(a / b) : a / b)),
  Mod: pairs((a, b, kind) => (kind === "whole" ? a - b * Math.floor(a / b) : a % b)),
  Pow: pairs((a, b) => a ** b),
  Max: pairs((a, b) => Math.max(a, b)),
  Min: pairs((a, b) => Math.min(a, b)),
  Equal: pairs((a, b) => Number(a === b), "truth"),
  Greater: pairs((a, b) => Number(a > b), "truth"),
  Less: pairs((a, b) => Number(a < b), "truth"),
  And: pairs((a, b) => a * b, "truth"),
  Or: pairs((a, b) => Math.max(a, b), "truth"),
  Not: each((value) => 1 - value),
  Neg: each((value) => -value),
  Abs: each(Math.abs),
  Sqrt: each(Math.sqrt),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Reciprocal: each((value) => 1 / value),
  Cast: (call, [x]) => {
    const kind = kindOfCast(call);
    const map = kind === "truth" ? (value: number) => Number(value !== 0) : kind === "whole" ? Math.trunc : Number;
    const cast = each(map, kind)(call, [x!]) as OnnxConstant;
    return { ...cast, data: new Float64Array(cast.data) };
  },
  Where: (call, inputs) => {
    const [condition, a, b] = inputs;
    if (inputs.length !== 3) return call.invalid(`has ${inputs.length} inputs`);
    const shape = commonShape(call, inputs);
    const [choice, first, second] = [condition!, a!, b!].map((value) => stretched(value, shape));
    return constant(
      a!.kind,
      shape,
      choice!.map((value, index) => (value !== 0 ? first![index]! : second![index]!)),
    );
  },
  ReduceProd: (call, [x]) => {
    if (call.attributes.ints("axes") !== undefined || call.inputs.length > 1)
      call.refuse("works along some axes", "All are supported.");
    const keeps = call.attributes.int("keepdims", 1) !== 0;
    return constant(
      x!.kind,
      keeps ? x!.shape.map(() => 1) : [],
      Float64Array.of(Float64Array.from(x!.data).reduce((product, value) => product * value, 1)),
    );
  },
};

/** Two or more operands; the result has the first one's type, or the given one. */
function pairs(combine: Combine, kind?: ElementKind): Folder {
  return (call, inputs) => {
    if (inputs.length < 1) return call.invalid("has no inputs");
    return inputs.slice(1).reduce((a, b) => {
      if (a.kind !== b.kind) call.invalid("mixes element types");
      const shape = commonShape(call, [a, b]);
      const [first, second] = [stretched(a, shape), stretched(b, shape)];
      const data = first.map((value, index) => combine(value, second[index]!, a.kind));
      return constant(kind ?? a.kind, shape, narrowest(data, [a, b]));
    }, inputs[0]!);
  };
}

function each(map: (value: number) => number, kind?: ElementKind): Folder {
  return (call, [x]) => {
    if (x === undefined) return call.invalid("has no input");
    mustFold(call, x.shape);
    return constant(
      kind ?? x.kind,
      x.shape,
      x.data.map((value) => map(value)),
    );
  };
}

function commonShape(call: OnnxCall, values: readonly OnnxConstant[]): Shape {
  const shape =
    broadcastShape(...values.map((value) => value.shape)) ?? call.invalid("takes shapes that do not stretch");
  mustFold(call, shape);
  return shape;
}

function stretched({ data, shape }: OnnxConstant, goal: Shape): Float64Array {
  const missing = goal.length - shape.length;
  const strides = new Array<number>(goal.length).fill(0);
  let step = 1;
  for (let axis = goal.length - 1; axis >= missing; axis--) {
    const size = shape[axis - missing]!;
    strides[axis] = size === 1 ? 0 : step;
    step *= size;
  }
  return new Float64Array(strided(data, goal, 0, strides));
}

/** Float32 if all operands are. */
function narrowest(data: Float64Array, from: readonly OnnxConstant[]): Float32Array | Float64Array {
  return from.every((value) => value.data instanceof Float32Array) ? Float32Array.from(data) : data;
}
