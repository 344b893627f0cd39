import type { Command } from "commander";
import type { ModelRegisterOptions } from "../commands/modelRegister.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, type Run, wholeNumber } from "./leaf.ts";
import { addModelCompiler } from "./model.ts";

/** Commands of model authors. */
export function addAuthor(program: Command, run: Run): void {
  const model = program.command("model").description("Bring a model of your own.");
  addModelCompiler(model, run);
  leaf(
    model,
    "register",
    "Compile a trained model and register it.",
    "verimesh model register ./my-model --royalty-bps 500",
  )
    .argument("<folder>", "the model's file, verimesh.json, calibration.json, evaluation.json")
    .option(
      "--royalty-bps <n>",
      "your share of each job's fee, in hundredths of a per cent, at most 5000",
      wholeNumber,
      500,
    )
    .option("--no-circuit", "for a model that is too large to prove: settled by quorum, or by challenge and jury")
    .option("--key <file>", "proving key of a finished ceremony, instead of a development key")
    .option("--transcript <file>", "its transcript, which is published")
    .option("--ptau <file>", "its phase-1 file, to check both against")
    .option("--yes", "send the transactions without asking; they are shown either way")
    .option("--allow-insecure-setup", "register a model with a development key outside local chains")
    .action((folder: string, options: ModelRegisterOptions & GlobalOptions) =>
      run(options, async (context) => {
        // TensorFlow.js and the circuit compiler take a second to load: only for the command that needs them.
        const { registerModelFolder } = await import("../commands/modelRegister.ts");
        return registerModelFolder(context, folder, options);
      }),
    );
}
