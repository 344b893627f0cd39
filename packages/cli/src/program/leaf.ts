import { type Command, InvalidArgumentError } from "commander";
import type { Context } from "../commands/Context.ts";
import type { GlobalOptions } from "../settings/Settings.ts";

/** Runs a command with its context; a command that returns false ends the process with status 1. */
export type Run = (options: GlobalOptions, command: (context: Context) => Promise<boolean | void>) => Promise<void>;

/** A command with the options that all have, and an example. */
export function leaf(parent: Command, name: string, description: string, example: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--rpc <url>", "the chain's RPC node (VERIMESH_RPC_URL)")
    .option("--deployment <file>", "addresses of the protocol (VERIMESH_DEPLOYMENT)")
    .option("--gateway <url>", "IPFS gateway for content (VERIMESH_GATEWAY)")
    .option("--keystore <file>", "encrypted key (VERIMESH_KEYSTORE)")
    .option("--password-file <file>", "its password; asked for otherwise (VERIMESH_PASSWORD_FILE)")
    .option("--dev-account <index>", "development account, on chain 31337 only", wholeNumber)
    .option("--json", "print one JSON object as the last line")
    .addHelpText("after", `\nExample:\n  $ ${example}`);
}

/** A command on one job or subscription. */
export function numbered(
  parent: Command,
  run: Run,
  description: readonly [name: string, text: string, example: string],
  action: (context: Context, id: bigint) => Promise<boolean | void>,
): void {
  const [name, text, example] = description;
  leaf(parent, name, text, example)
    .argument("<id>", "its number", idNumber)
    .action((id: bigint, options: GlobalOptions) => run(options, (context) => action(context, id)));
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number.");
}

export function idNumber(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError("Expected a number.");
}
