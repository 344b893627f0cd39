import { elementCount } from "@verimesh/core";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import type { OnnxConstant, OnnxTensor } from "../values.ts";
import { slice } from "./alongAxis.ts";
import { joinTensors } from "./joins.ts";

export const LOOKUPS: Readonly<Record<string, OperatorReader>> = {
  Gather: (call) => {
    const [table, indices] = [call.input(0), call.input(1)];
    if (table.is === "constant") return embed(call, table, call.tensor(1));
    if (indices.is !== "constant")
      return call.refuse(
        "looks up computed rows in a computed table",
        "A constant table (an embedding) or constant indices are supported.",
      );
    return pick(call, call.tensor(0), indices);
  },
};

/** Rows of a constant table by indices that depend on the input: an embedding. */
function embed(call: OnnxCall, table: OnnxConstant, indices: OnnxTensor): OnnxTensor {
  if (table.shape.length < 1 || call.axis(call.attributes.int("axis", 0), table.shape.length) !== 0)
    call.refuse("looks up along another axis than the first", "Rows of a table are supported.");
  if (indices.kind !== "whole") call.invalid("looks up by real numbers");
  if (table.kind !== "real") call.refuse("looks up integers", "A table of real numbers is supported.");
  const [rows, ...rest] = table.shape as [number, ...number[]];
  const width = elementCount(rest);
  const shape = [...indices.shape, ...rest];
  call.mustFit(shape);
  const { name, writer } = call;
  const plain = writer.plain(name, indices);
  const view = writer.compact(name, plain);
  const flat = writer.shapeOf(view).length > 3 ? writer.reshape(name, view, [elementCount(indices.shape)]) : view;
  const source = writer.add({ op: "embedding", name, source: flat, rows, width, table: new Float32Array(table.data) });
  return call.result(source, shape, [indices]);
}

/** Constant positions along an axis; a single one without axes takes the axis away. */
function pick(call: OnnxCall, x: OnnxTensor, indices: OnnxConstant): OnnxTensor {
  if (indices.kind !== "whole") call.invalid("looks up by real numbers");
  const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
  const positions = [...indices.data].map((index) => call.axis(index, x.shape[axis]!));
  if (positions.length < 1 || positions.length > 256)
    call.refuse(`takes ${positions.length} positions`, "1 to 256 are supported.");
  const step = positions.length > 1 ? positions[1]! - positions[0]! : 1;
  const isRegular = step > 0 && positions.every((value, k) => value === positions[0]! + k * step);
  const picked = isRegular
    ? slice(call, x, { axis, begin: positions[0]!, size: positions.length, step })
    : joinTensors(
        call,
        positions.map((begin) => slice(call, x, { axis, begin, size: 1, step: 1 })),
        axis,
      );
  if (indices.shape.length === 1) return picked;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const result = shape.length === 0 ? [1] : shape;
  return { ...call.result(call.writer.plain(call.name, picked).source, result, [picked]), kind: x.kind };
}
