import type { Command } from "commander";
import type { GlobalOptions } from "../settings/Settings.ts";
import type { CeremonyBeaconOptions } from "../setup/beacon.ts";
import type { CeremonyContributeOptions } from "../setup/contribute.ts";
import type { CeremonyFinishOptions } from "../setup/finish.ts";
import type { CeremonyStartOptions } from "../setup/start.ts";
import type { CeremonyVerifyOptions } from "../setup/verify.ts";
import { leaf, type Run, wholeNumber } from "./leaf.ts";

/** Commands that make a key which nobody can forge proofs with. Each loads the prover, which takes a second. */
export function addSetup(program: Command, run: Run): void {
  const ceremony = program
    .command("setup")
    .description("Make a model's keys.")
    .command("ceremony")
    .description("Several people make a key together: one honest one among them is enough.");
  const step = (name: string, description: string, example: string) =>
    leaf(ceremony, name, description, `verimesh setup ceremony ${example}`);
  const circuitText = "circuit.r1cs of the ceremony, or the model's folder";
  const ptauText = "phase-1 file, prepared for phase 2";

  step("start", "Check phase 1 and make the first key.", "start ./my-model --ptau phase1.ptau")
    .argument("<circuit>", "the model's folder, or a linked .r1cs file")
    .requiredOption("--ptau <file>", ptauText)
    .option("--out <folder>", "where the ceremony's files go", "ceremony")
    .action((circuit: string, options: CeremonyStartOptions & GlobalOptions) =>
      run(options, async (context) => (await import("../setup/start.ts")).startCeremonyIn(context, circuit, options)),
    );
  step(
    "contribute",
    "Add your randomness to a key, and attest it.",
    'contribute 0000.zkey --name "Ada" --circuit circuit.r1cs --ptau phase1.ptau',
  )
    .argument("<key>", "the .zkey that you were given")
    .requiredOption("--name <name>", "who you are, at most 64 characters")
    .option("--circuit <path>", `what the key is checked against: ${circuitText}`)
    .option("--ptau <file>", `likewise: ${ptauText}`)
    .option("--on-trust", "do not check the key: its sender could trick you")
    .option("--out <file>", "the .zkey to pass on; default the next number; its attestation goes beside it")
    .option("--type-entropy", "be asked for something random, beside the operating system's randomness")
    .option("--sign", "sign the attestation with your account")
    .action((key: string, options: CeremonyContributeOptions & GlobalOptions) =>
      run(options, async (context) => (await import("../setup/contribute.ts")).contributeTo(context, key, options)),
    );
  step(
    "verify",
    "Check a key of any step, and name each contribution.",
    "verify 0002.zkey --circuit circuit.r1cs --ptau phase1.ptau",
  )
    .argument("<key>", "a .zkey of the ceremony")
    .requiredOption("--circuit <path>", circuitText)
    .requiredOption("--ptau <file>", ptauText)
    .option("--attestations <folder>", "with contributors' *.attestation.txt files, to be checked too")
    .action((key: string, options: CeremonyVerifyOptions & GlobalOptions) =>
      run(options, async (context) => (await import("../setup/verify.ts")).verifyCeremonyKey(context, key, options)),
    );
  step("beacon", "End the contributions with a public value.", "beacon 0003.zkey --value 0x… --iterations 20")
    .argument("<key>", "the last person's .zkey")
    .requiredOption("--value <hex>", "16 to 255 bytes that nobody could know before, such as a block's hash")
    .option("--iterations <n>", "it is hashed 2^n times, 10 to 24", wholeNumber, 10)
    .option("--out <file>", "the .zkey to write; default the next number")
    .action((key: string, options: CeremonyBeaconOptions & GlobalOptions) =>
      run(options, async (context) => (await import("../setup/beacon.ts")).applyBeaconTo(context, key, options)),
    );
  step(
    "finish",
    "Check everything once more; write keys and transcript.",
    "finish 0004.zkey --circuit circuit.r1cs --ptau phase1.ptau",
  )
    .argument("<key>", "the .zkey with the beacon")
    .requiredOption("--circuit <path>", circuitText)
    .requiredOption("--ptau <file>", ptauText)
    .option("--attestations <folder>", "with all contributors' *.attestation.txt files; default the key's folder")
    .option("--out <folder>", "to write; must not exist", "finished")
    .action((key: string, options: CeremonyFinishOptions & GlobalOptions) =>
      run(options, async (context) => (await import("../setup/finish.ts")).finishCeremonyInto(context, key, options)),
    );
}
