import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompileModelOptions } from "@verimesh/compiler";
import { readModelFile } from "@verimesh/compiler/node";
import { VerimeshError } from "@verimesh/core";
import { z } from "zod";

const numbers = z.array(z.number());
const bits = z.union([z.number().int(), z.literal("search")]).optional();
const description = z.strictObject({
  name: z.string().min(1).max(64),
  description: z.string().max(2000).default(""),
  /** Name of the model's file in the folder; needed where it has more than one. */
  model: z
    .string()
    .regex(/^[^/\\]+$/)
    .optional(),
  output: z.union([
    z.enum(["scores", "argmax"]).transform((kind) => ({ kind })),
    z.strictObject({ kind: z.literal("topK"), k: z.number().int().positive() }),
  ]),
  hides: z.enum(["nothing", "input", "inputAndOutput"]).optional(),
  weightBits: bits,
  activationBits: bits,
  maximumLoss: z.number().min(0).max(1).optional(),
  maximumError: z.number().positive().optional(),
  labels: z.array(z.string()).optional(),
  input: z.strictObject({
    shape: z.array(z.number().int().positive()),
    scale: numbers,
    offset: numbers,
    names: z.array(z.string()).optional(),
  }),
});
const samples = z.array(numbers).min(1);
const evaluation = z.strictObject({ samples, targets: z.array(z.number().int().min(0)) });

export interface ModelFolder {
  readonly name: string;
  readonly description: string;
  readonly floatModel: Awaited<ReturnType<typeof readModelFile>>;
  readonly options: CompileModelOptions;
}

/**
 * Reads what an author brings: the trained model, in any format of `readModelFile`; `verimesh.json`, which says what goes
 * in and out, what stays hidden and what compiling may cost in accuracy; `calibration.json`, an array of typical samples;
 * `evaluation.json`, held-out `samples` and their `targets`. Samples are flat arrays of real features. Needs an active
 * TensorFlow.js backend.
 *
 * @throws VerimeshError MODEL_FOLDER_INVALID, naming file and field; and what `readModelFile` throws
 */
export async function readModelFolder(directory: string): Promise<ModelFolder> {
  const about = await readJson(directory, "verimesh.json", description);
  const calibration = await readJson(directory, "calibration.json", samples);
  const heldOut = await readJson(directory, "evaluation.json", evaluation);
  const rows = (list: readonly number[][]): Float32Array[] => list.map((row) => Float32Array.from(row));
  return {
    name: about.name,
    description: about.description,
    floatModel: await readModelFile(about.model === undefined ? directory : join(directory, about.model)),
    options: {
      inputEncoding: about.input,
      output: about.output,
      hides: about.hides,
      weightBits: about.weightBits,
      activationBits: about.activationBits,
      maximumLoss: about.maximumLoss,
      maximumError: about.maximumError,
      labels: about.labels,
      calibration: rows(calibration),
      evaluation: { samples: rows(heldOut.samples), targets: heldOut.targets },
    },
  };
}

async function readJson<Schema extends z.ZodType>(
  directory: string,
  file: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(directory, file), "utf8"));
  } catch (cause) {
    throw invalid(directory, file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(directory, file, z.prettifyError(result.error), result.error);
  return result.data;
}

function invalid(directory: string, file: string, why: string, cause: unknown): VerimeshError {
  return new VerimeshError(`${join(directory, file)} cannot be used.`, {
    code: "MODEL_FOLDER_INVALID",
    details: why,
    docsPath: "model-authors.md",
    cause,
  });
}
