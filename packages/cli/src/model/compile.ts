import { join } from "node:path";
import { compileModel, type CompileModelOptions, type SearchProgress } from "@verimesh/compiler";
import { reportModel } from "@verimesh/compiler/report";
import { encodeInput, type Hiding, VerimeshError } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import { readModelFolder } from "../author/readModelFolder.ts";
import type { Context } from "../commands/Context.ts";
import { measureProof } from "./measureProof.ts";
import { printReport } from "./printReport.ts";
import { writeCompiled } from "./writeCompiled.ts";

export interface ModelCompileOptions {
  readonly out?: string;
  readonly bits?: number | "search";
  readonly maximumLoss?: number;
  readonly hides?: Hiding;
  /** False: no key and no proof are made. */
  readonly prove: boolean;
}

/**
 * Compiles a model folder, measures what it lost and costs, writes report, circuit and weights, and prints the report.
 * Nothing is published and no chain is needed.
 *
 * @throws VerimeshError OPTION_INVALID, and those of `readModelFolder`, `compileModel` and `measureProof`
 */
export async function compileModelFolder(
  context: Context,
  directory: string,
  options: ModelCompileOptions,
): Promise<void> {
  const { out } = context;
  const backend = await loadBackend(["wasm", "cpu"]);
  const { name, description, floatModel, options: described } = await readModelFolder(directory);
  const chosen = withChoices(described, options);
  out.progress(`Quantizing ${directory} on ${backend.description}`);
  const compiled = compileModel(floatModel, { ...chosen, onSearch: (progress) => out.progress(searchText(progress)) });
  const first = encodeInput(chosen.evaluation.samples[0]!, chosen.inputEncoding, { clamp: true });
  const report = reportModel(compiled, {
    ...{ name, description, floatModel },
    standardBits: { weightBits: standardOf(chosen.weightBits), activationBits: standardOf(chosen.activationBits) },
    measured: options.prove ? await measureProof(context, { ...compiled, name, description }, first) : null,
  });
  const files = await writeCompiled(options.out ?? join(directory, "compiled"), compiled, report);
  printReport(out, report, files);
}

/** A line for people: "Trying circuits: 3 of at most 14". */
export function searchText({ part, done, of }: SearchProgress): string {
  return part === "steps"
    ? `Measuring what each layer's bits are worth: ${done + 1} of ${of}`
    : `Trying circuits: ${done + 1} of at most ${of}`;
}

/** What the command line says goes before what the folder says. */
function withChoices(described: CompileModelOptions, options: ModelCompileOptions): CompileModelOptions {
  const { bits, maximumLoss, hides } = options;
  const chosen: CompileModelOptions = {
    ...described,
    ...(bits !== undefined && { weightBits: bits, activationBits: bits }),
    ...(maximumLoss !== undefined && { maximumLoss }),
    ...(hides !== undefined && { hides }),
  };
  if (maximumLoss !== undefined && chosen.weightBits !== "search" && chosen.activationBits !== "search") {
    throw new VerimeshError("A maximum loss is for a search, and none is asked for.", {
      code: "OPTION_INVALID",
      details: "Add --bits search, or leave --maximum-loss out.",
    });
  }
  return chosen;
}

const standardOf = (bits: CompileModelOptions["weightBits"]): number => (typeof bits === "number" ? bits : 8);
