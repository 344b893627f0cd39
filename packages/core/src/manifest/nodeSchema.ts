import { z } from "zod";
import { MODEL_LIMITS } from "../model/limits.ts";

/** Nodes as they may come from anyone. What depends on a node's sources is checked by `validateModel`. */

export const name = z.string().min(1).max(MODEL_LIMITS.nameLength);
export const size = z.int().min(1).max(MODEL_LIMITS.weights);
export const shape = z.array(size).min(1).max(MODEL_LIMITS.rank);

const pair = z.tuple([size, size]);
const count = z.int().min(0).max(MODEL_LIMITS.elements);
const integer = z
  .int()
  .min(-(2 ** 24))
  .max(2 ** 24);
const source = z.int().min(0).max(MODEL_LIMITS.nodes);
const sources = z.array(source).min(1).max(MODEL_LIMITS.nodes);
const axes = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(MODEL_LIMITS.rank);

const tensor = z.strictObject({
  dtype: z.enum(["int8", "int32"]),
  length: size,
  offset: z
    .int()
    .min(0)
    .max(8 * MODEL_LIMITS.weights),
});

const node = <Kind extends string, Fields extends z.core.$ZodLooseShape>(kind: Kind, fields: Fields) =>
  z.strictObject({ kind: z.literal(kind), name, ...fields });

export const nodeSchema = z.discriminatedUnion("kind", [
  node("dense", { source, inputs: size, units: size, weights: tensor, bias: tensor }),
  node("conv2d", {
    source,
    filters: size,
    kernel: pair,
    strides: pair,
    dilations: pair,
    padding: z.strictObject({ top: count, bottom: count, left: count, right: count }),
    groups: size,
    weights: tensor,
    bias: tensor,
  }),
  node("sumPool2d", { source, window: pair, strides: pair, multiplier: z.int().min(1).max(127) }),
  node("combine", { sources, multipliers: z.array(tensor).min(1).max(MODEL_LIMITS.nodes), bias: tensor }),
  node("reshape", { source, shape }),
  node("transpose", { source, permutation: axes(count) }),
  node("slice", { source, begin: axes(count), size: axes(size), strides: axes(size) }),
  node("concat", { sources, axis: count }),
  node("pad", { source, before: axes(count), after: axes(count), value: integer }),
  node("broadcast", { source, shape }),
  node("gather", { source, indices: tensor, shape }),
  node("requantize", {
    source,
    shifts: z.array(z.int().min(0).max(23)).min(1).max(MODEL_LIMITS.elements),
    lo: integer,
    hi: integer,
  }),
  node("lookup", { source, lo: integer, table: tensor }),
  node("maxPool2d", { source, window: pair, strides: pair }),
  node("multiply", { sources: z.tuple([source, source]) }),
  node("matMul", { sources: z.tuple([source, source]) }),
  node("atLeast", { source, thresholds: tensor }),
  node("oneHot", { source, lo: integer, size }),
]);
