import { z } from "zod";
import { MAX_WORDS } from "../constants.ts";
import { MODEL_LIMITS } from "../model/limits.ts";

const name = z.string().min(1).max(MODEL_LIMITS.nameLength);
const size = z.int().min(1).max(MODEL_LIMITS.weights);
const shape = z.array(size).min(1).max(4);
const pair = z.tuple([size, size]);
const triple = z.tuple([size, size, size]);
const zeros = z.int().min(0).max(MODEL_LIMITS.elements);
const finite = z.number();
const cid = z.string().regex(/^b[a-z2-7]{20,120}$/, "is not a CIDv1 in base32");

const requantization = z.strictObject({
  shifts: z.array(z.int().min(0).max(23)).min(1).max(MODEL_LIMITS.elements),
  lo: z.int().min(-255).max(0),
  hi: z.int().min(1).max(255),
});

const tensor = z.strictObject({
  dtype: z.enum(["int8", "int32"]),
  shape,
  offset: z
    .int()
    .min(0)
    .max(8 * MODEL_LIMITS.weights),
});

const layer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("dense"),
    name,
    inputs: size,
    units: size,
    weights: tensor,
    bias: tensor,
    requantization: requantization.nullable(),
  }),
  z.strictObject({
    kind: z.literal("conv2d"),
    name,
    inputShape: triple,
    outputShape: triple,
    kernel: pair,
    strides: pair,
    padding: z.strictObject({ top: zeros, bottom: zeros, left: zeros, right: zeros }),
    weights: tensor,
    bias: tensor,
    requantization: requantization.nullable(),
  }),
  z.strictObject({
    kind: z.literal("averagePool2d"),
    name,
    inputShape: triple,
    outputShape: triple,
    poolSize: pair,
    strides: pair,
    multiplier: z.int().min(1).max(127),
    requantization,
  }),
  z.strictObject({ kind: z.literal("flatten"), name, inputShape: shape }),
]);

const words = z.int().min(1).max(MAX_WORDS);

/**
 * The manifest as it may come from anyone: unknown fields are refused, every list and string is bounded. What belongs to
 * a circuit is optional here; `parseManifest` checks that all of it is there or nothing.
 */
export const manifestSchema = z.strictObject({
  format: z.literal("verimesh-manifest/1"),
  name,
  description: z.string().max(4096),
  architecture: z.strictObject({
    format: z.literal("verimesh-integer-model/1"),
    inputShape: shape,
    output: z.enum(["scores", "argmax"]),
    layers: z.array(layer).min(1).max(MODEL_LIMITS.layers),
  }),
  files: z.strictObject({
    weights: cid,
    provingKey: cid.optional(),
    verificationKey: cid.optional(),
    witnessCalculator: cid.optional(),
    skeleton: cid.optional(),
    evaluation: cid.optional(),
  }),
  circuit: z
    .strictObject({
      compiler: z.string().max(128),
      r1csHash: z.string().regex(/^[0-9a-f]{64}$/, "is not a sha256 in lower-case hex"),
      constraints: z
        .int()
        .min(1)
        .max(2 ** 28),
      inputBinding: z.enum(["words", "poseidon"]),
      outputWords: words,
      inputWords: words,
    })
    .optional(),
  setup: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("insecure-dev") }),
      z.strictObject({ kind: z.literal("ceremony"), transcript: cid }),
    ])
    .optional(),
  accuracy: z.strictObject({
    float: z.number().min(0).max(1),
    integer: z.number().min(0).max(1),
    samples: z.int().min(0),
  }),
  input: z.strictObject({
    shape,
    scale: z.array(z.number().positive()).min(1).max(MODEL_LIMITS.elements),
    offset: z.array(finite).min(1).max(MODEL_LIMITS.elements),
    names: z.array(name).max(MODEL_LIMITS.elements).optional(),
  }),
  output: z.strictObject({
    kind: z.enum(["scores", "argmax"]),
    length: size,
    bits: z.int().min(1).max(31),
    offset: z
      .int()
      .min(-(2 ** 31))
      .max(2 ** 31),
    scale: z.number().positive().optional(),
    labels: z.array(z.string().max(MODEL_LIMITS.nameLength)).max(MODEL_LIMITS.elements).optional(),
  }),
});
