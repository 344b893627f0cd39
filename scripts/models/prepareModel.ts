import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildBundle, encodedEvaluation, type ModelBundle } from "@verimesh/cli";
import { compileModel } from "@verimesh/compiler";
import {
  elementCount,
  type IntegerModel,
  parseEvaluation,
  parseModel,
  serializeEvaluation,
  serializeWeights,
} from "@verimesh/core";
import type { Sample } from "@verimesh/example-training";
import { cacheDirectory, ContentCache } from "@verimesh/prover";
import type { ExampleModel } from "./exampleModels.ts";

export interface PreparedExample {
  readonly model: IntegerModel;
  readonly bundle: ModelBundle;
  /** Held-out samples. */
  readonly samples: readonly Sample[];
}

/** Told which part is under way, with what is known of how far it is. */
export type PrepareProgress = (part: "train" | "compile" | "link" | "setup", detail: string) => void;

/** What training and quantizing give, as it is cached. */
interface CompiledExample {
  readonly source: Omit<Parameters<typeof buildBundle>[0], "model" | "evaluation">;
  readonly architecture: Parameters<typeof parseModel>[0];
  readonly samples: readonly { readonly features: readonly number[]; readonly label: number }[];
}

/** Held-out samples that are kept for demonstrations. */
const SAMPLES_KEPT = 100;
const CALIBRATION_SAMPLES = 500;

/**
 * Trains, compiles, links and sets up an example model. Each result is kept in the cache folder under the hash of what
 * it came from: of the sources and data for the trained model, of the circuit for the key.
 */
export async function prepareModel(
  example: ExampleModel,
  options: { readonly signal?: AbortSignal; readonly onProgress?: PrepareProgress } = {},
): Promise<PreparedExample> {
  const { signal, onProgress } = options;
  const cache = new ContentCache(join(cacheDirectory(), "models"));
  const files = await cache.getOrDerive(
    sourcesOf(example),
    ["compiled.json", "weights.bin", "evaluation.bin"],
    async () => {
      const compiled = await trainAndCompile(example, options);
      const { architecture, weights } = serializeWeights(compiled.model);
      const { name, description, skeleton, accuracy, inputEncoding, outputEncoding, samples } = compiled;
      const source = { name, description, skeleton, accuracy, inputEncoding, outputEncoding };
      const kept: CompiledExample = { source, architecture, samples };
      const evaluation = serializeEvaluation(compiled.evaluation);
      const text = new TextEncoder().encode(JSON.stringify(kept));
      return { "compiled.json": text, "weights.bin": weights, "evaluation.bin": evaluation };
    },
  );
  const kept = JSON.parse(new TextDecoder().decode(files["compiled.json"])) as CompiledExample;
  const model = parseModel(kept.architecture, files["weights.bin"]);
  const evaluation = parseEvaluation(files["evaluation.bin"], elementCount(model.inputShape));
  const bundle = await buildBundle(
    { ...kept.source, model, evaluation },
    {
      signal,
      onProgress: (part, share) => onProgress?.(part, share === undefined ? "" : `${Math.round(100 * share)} %`),
    },
  );
  const samples = kept.samples.map(({ features, label }) => ({ features: Float32Array.from(features), label }));
  return { model, bundle, samples };
}

async function trainAndCompile(
  example: ExampleModel,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: PrepareProgress },
) {
  const { name, description, output, labels } = example;
  onProgress?.("train", "reading data");
  const trained = await example.train({
    signal,
    onProgress: ({ epoch, epochs, loss }) =>
      onProgress?.("train", `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}`),
  });
  onProgress?.("train", "quantizing");
  const { training, heldOut, inputEncoding, floatModel } = trained;
  const held = { samples: heldOut.map(({ features }) => features), targets: heldOut.map(({ label }) => label) };
  const { model, skeleton, accuracy, outputEncoding } = compileModel(floatModel, {
    inputEncoding,
    output,
    labels,
    calibration: training.slice(0, CALIBRATION_SAMPLES).map(({ features }) => features),
    evaluation: held,
  });
  const evaluation = encodedEvaluation({ evaluation: held, inputEncoding });
  const samples = heldOut.slice(0, SAMPLES_KEPT).map(({ features, label }) => ({ features: [...features], label }));
  return { name, description, model, skeleton, accuracy, inputEncoding, outputEncoding, samples, evaluation };
}

/**
 * Everything that training and quantizing depend on: options, code, data, and the versions in the lockfile. Two models of
 * one file differ in their names.
 */
function sourcesOf(example: ExampleModel): string[] {
  const { name, description, output, labels, weightBits, activationBits } = example;
  const roots = [
    ...example.sources,
    "examples/training",
    "scripts/models",
    "packages/compiler/src",
    "packages/core/src/model",
    "packages/core/src/weights",
    "packages/core/src/encoding",
    "package-lock.json",
  ];
  const files = roots
    .flatMap((root) => (statSync(root).isDirectory() ? globSync(`${root}/**/*.{ts,json}`).sort() : [root]))
    .filter((file) => existsSync(file) && !file.includes("node_modules") && !file.endsWith(".test.ts"));
  const options = JSON.stringify({ name, description, output, labels, weightBits, activationBits });
  return [options, ...files.flatMap((file) => [file, readFileSync(file, "utf8")])];
}
