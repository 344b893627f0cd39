import { z } from "zod";
import { MAX_WORDS } from "../constants.ts";
import { MODEL_LIMITS } from "../model/limits.ts";
import { name, nodeSchema, shape, size } from "./nodeSchema.ts";

const finite = z.number();
const cid = z.string().regex(/^b[a-z2-7]{20,120}$/, "is not a CIDv1 in base32");

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
    format: z.literal("verimesh-integer-model/2"),
    inputShape: shape,
    output: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("scores") }),
      z.strictObject({ kind: z.literal("argmax") }),
      z.strictObject({ kind: z.literal("topK"), k: size }),
    ]),
    hides: z.enum(["nothing", "input", "inputAndOutput"]),
    nodes: z.array(nodeSchema).min(1).max(MODEL_LIMITS.nodes),
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
    kind: z.enum(["scores", "argmax", "topK"]),
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
