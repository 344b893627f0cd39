import { elementCount } from "@verimesh/core";
import type { FloatEmbedding, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { isUniform, largestOf, uniform } from "../periodic.ts";
import { impossible } from "../refuse.ts";

/**
 * Rows of a table: the number as a one-hot vector, times the table in 8 bits. What the circuit pays is the one-hot
 * vector; the rows are linear and need no rescaling. A number beyond the table reads its last row.
 */
export function lowerEmbedding(context: Lowering, _at: FloatSource, node: FloatEmbedding): Encoded {
  const { name, rows, width, table } = node;
  const x = context.valueOf(node.source);
  const offset = x.offset[0]!;
  const isWhole = isUniform(x.scale) && isUniform(x.offset) && x.scale[0] === 1 && Number.isInteger(offset);
  if (!isWhole) {
    impossible(
      `"${name}" looks up numbers that are not whole.`,
      "Expected the input's encoding to have scale 1 and a whole offset, so that a byte is a row's number.",
    );
  }
  if (rows < 2 || rows > 1024) {
    impossible(`"${name}" has ${rows} rows.`, "Expected 2 to 1024: split the number into digits with a table each.");
  }
  const [first, last] = [0 - offset, rows - 1 - offset];
  const hull = context.builder.hullOf(x.source);
  const indices =
    hull.lo >= first && hull.hi <= last
      ? x.source
      : context.builder.append(`${name} row`, {
          kind: "requantize",
          source: x.source,
          shifts: [0],
          lo: first,
          hi: last,
        });
  const chosen = context.builder.append(`${name} one-hot`, { kind: "oneHot", source: indices, lo: first, size: rows });
  const largest = largestOf(table.map(Math.abs)) || 1;
  const maxWeight = 2 ** (context.stepPlan(_at).weightBits - 1) - 1;
  const scale = largest / maxWeight;
  const flat = context.reshape(`${name} rows`, chosen, [elementCount(x.shape), rows]);
  const picked = context.builder.append(name, {
    kind: "dense",
    source: flat,
    inputs: rows,
    units: width,
    weights: Int8Array.from(table, (value) => Math.round(value / scale)),
    bias: new Int32Array(width),
  });
  const source = context.reshape(`${name} shape`, picked, node.shape);
  return { source, shape: node.shape, scale: uniform(scale), offset: uniform(0) };
}
