import { elementCount, runNode, type Shape } from "@verimesh/core";
import type { FloatConcat, FloatNode, FloatPad, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { NodeDraft } from "../IntegerModelBuilder.ts";
import type { Lowering } from "../Lowering.ts";
import { expanded, shortened, type Periodic } from "../periodic.ts";
import { impossible } from "../refuse.ts";
import { lowerWeightedSum } from "./combine.ts";
import { prepared } from "./prepare.ts";
import { settled } from "./settle.ts";
import { uniform } from "../periodic.ts";

type Rearranging = Extract<FloatNode, { op: "reshape" | "transpose" | "slice" | "broadcast" }>;

/** The same integers elsewhere; their scales and offsets go with them. */
export function lowerRearranging(context: Lowering, _at: FloatSource, node: Rearranging): Encoded {
  const x = context.valueOf(node.source);
  const draft = draftOf(node, x.source);
  const source = context.builder.append(node.name, draft);
  const move = (list: Periodic) => moved(list, draft, x.shape, node.shape);
  return { source, shape: context.builder.shapeOf(source), scale: move(x.scale), offset: move(x.offset) };
}

function draftOf(node: Rearranging, source: number): NodeDraft {
  if (node.op === "transpose") return { kind: "transpose", source, permutation: node.permutation };
  if (node.op === "reshape" || node.op === "broadcast") return { kind: node.op, source, shape: node.shape };
  return { kind: "slice", source, begin: node.begin, size: node.size, strides: node.strides };
}

/** Where the entries of a list per element are after a rearrangement. */
function moved(list: Periodic, draft: NodeDraft, from: Shape, to: Shape): Periodic {
  if (list.length === 1) return list;
  const places = Int32Array.from({ length: elementCount(from) }, (_, index) => index);
  const origins = runNode({ ...draft, name: "places" }, [from], [places]);
  const all = expanded(list, from);
  return shortened(
    Float64Array.from(origins, (origin) => all[origin]!),
    to,
  );
}

/** Branches side by side. Those of one scale stay as they are; others keep their own where the axis is the last. */
export function lowerConcat(context: Lowering, at: FloatSource, node: FloatConcat): Encoded {
  const parts = node.sources.map((source) => context.valueOf(source));
  const source = context.builder.append(node.name, {
    kind: "concat",
    sources: parts.map((part) => part.source),
    axis: node.axis,
  });
  const place = (lists: readonly Periodic[]) => {
    const inner = node.shape.slice(node.axis + 1).reduce((product, size) => product * size, 1);
    const blocks = parts.map(({ shape }) => shape[node.axis]! * inner);
    const length = blocks.reduce((sum, size) => sum + size, 0);
    const all = lists.map((list, k) => expanded(list, parts[k]!.shape));
    const result = new Float64Array(elementCount(node.shape));
    for (let row = 0; row * length < result.length; row++) {
      let start = row * length;
      all.forEach((list, k) => {
        const block = blocks[k]!;
        result.set(list.subarray(row * block, (row + 1) * block), start);
        start += block;
      });
    }
    return shortened(result, node.shape);
  };
  const encoded: Encoded = {
    source,
    shape: node.shape,
    scale: place(parts.map((part) => part.scale)),
    offset: place(parts.map((part) => part.offset)),
  };
  const channels = node.shape.at(-1)!;
  if (encoded.scale.length <= channels && encoded.offset.length <= channels) return encoded;
  return settled(
    context,
    node.name,
    lowerWeightedSum(context, at, `${node.name} common scale`, [encoded], [uniform(1)], uniform(0), {
      kind: "rescale",
      target: context.targetOf(at, context.stepPlan(at).activationBits),
    }),
  );
}

/** A constant around: the integer that stands for it. */
export function lowerPad(context: Lowering, _at: FloatSource, node: FloatPad): Encoded {
  const before = context.valueOf(node.source);
  const padsChannels = node.before.at(-1) !== 0 || node.after.at(-1) !== 0;
  const isZero = node.value === 0;
  const x = prepared(context, node.name, before, {
    scale: padsChannels || !isZero ? "uniform" : "channels",
    offset: isZero && before.offset.every((value) => value === 0) ? "zero" : "uniform",
  });
  const value = Math.round((node.value - x.offset[0]!) / x.scale[0]!);
  if (!Number.isFinite(node.value) || Math.abs(value) >= 2 ** 23) {
    impossible(
      `"${node.name}" pads with ${node.value}, far beyond the values around it.`,
      "Expected a number of their size; before a max pooling give the pooling its own padding.",
    );
  }
  const source = context.builder.append(node.name, {
    kind: "pad",
    source: x.source,
    before: node.before,
    after: node.after,
    value,
  });
  return { ...x, source, shape: context.builder.shapeOf(source) };
}
