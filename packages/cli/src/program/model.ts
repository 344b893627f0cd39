import { type Command, InvalidArgumentError } from "commander";
import type { ModelCompileOptions } from "../model/compile.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, type Run } from "./leaf.ts";

/** What an author does before anything is registered. TensorFlow.js is loaded for the command that needs it alone. */
export function addModelCompiler(model: Command, run: Run): void {
  leaf(
    model,
    "inspect",
    "Show what a model file holds and whether it can be compiled; no data needed.",
    "verimesh model inspect ./model.onnx",
  )
    .argument("<file>", "a model file, or a folder with one")
    .action((file: string, options: GlobalOptions) =>
      run(options, async (context) => {
        const { inspectModelFile } = await import("../model/inspect.ts");
        return inspectModelFile(context, file);
      }),
    );
  leaf(
    model,
    "compile",
    "Compile a trained model and report what it costs and what it lost.",
    "verimesh model compile ./my-model --bits search --maximum-loss 0.5%",
  )
    .argument("<folder>", "the model's file, verimesh.json, calibration.json, evaluation.json")
    .option("--out <folder>", "where report, circuit and weights are written; default compiled/ in the folder")
    .option("--bits <n>", "of weights and values, 3 to 8; or search, for the cheapest circuit", bits)
    .option("--maximum-loss <share>", "right answers that a search may lose, such as 0.5%", share)
    .option("--hides <what>", "what public signals hide: nothing, input or inputAndOutput", hiding)
    .option("--no-prove", "make no key and no proof: the key is estimated, the time of a proof not told")
    .action((folder: string, options: ModelCompileOptions & GlobalOptions) =>
      run(options, async (context) => {
        const { compileModelFolder } = await import("../model/compile.ts");
        return compileModelFolder(context, folder, options);
      }),
    );
}

function bits(text: string): number | "search" {
  if (text === "search") return text;
  if (/^[3-8]$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected 3 to 8, or search.");
}

function share(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number) / (percent === "%" ? 100 : 1);
  if (number !== undefined && value <= 1) return value;
  throw new InvalidArgumentError("Expected a share from 0 to 1, or a percentage, such as 0.5%.");
}

function hiding(text: string): NonNullable<ModelCompileOptions["hides"]> {
  if (text === "nothing" || text === "input" || text === "inputAndOutput") return text;
  throw new InvalidArgumentError("Expected nothing, input or inputAndOutput.");
}
