import type { Command } from "commander";
import type { AuditModelOptions } from "../audit/auditModel.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, numbered, type Run, wholeNumber } from "./leaf.ts";

/** Commands of those who trust nobody's word. */
export function addAuditor(program: Command, run: Run): void {
  const audit = program.command("audit").description("Derive again what others claim, and say what differs.");
  leaf(
    audit,
    "model",
    "Check a model: files, circuit, keys, verifier, registration, accuracy.",
    "verimesh audit model digits",
  )
    .argument("<model>", "name or id")
    .option("--model-version <n>", "default the latest", wholeNumber)
    .option("--ptau <file>", "the phase-1 file, to check the key of a ceremony against")
    .action((model: string, options: AuditModelOptions & GlobalOptions) =>
      run(options, async (context) => {
        // The circuit compiler and TensorFlow.js take a second to load.
        const { auditModel } = await import("../audit/auditModel.ts");
        return auditModel(context, model, options);
      }),
    );
  numbered(
    audit,
    run,
    ["job", "Check an ended job: request, draw, proof, votes, payment, answer.", "verimesh audit job 1"],
    async (context, jobId) => {
      const { auditJob } = await import("../audit/auditJob.ts");
      return auditJob(context, jobId);
    },
  );
}
