import type { Command } from "commander";
import { newAccount, showAddress } from "../commands/account.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, type Run } from "./leaf.ts";

/** Commands for keys. */
export function addAccount(program: Command, run: Run): void {
  const account = program.command("account").description("Make and show keys.");
  leaf(account, "new", "Make a key, encrypted with a password.", "verimesh account new ~/.verimesh/provider.json")
    .argument("<file>", "the keystore to write; must not exist")
    .action((file: string, options: GlobalOptions) => run(options, (context) => newAccount(context, file)));
  leaf(account, "address", "Show the address of a keystore.", "verimesh account address ~/.verimesh/provider.json")
    .argument("[file]", "default: the account that commands use")
    .action((file: string | undefined, options: GlobalOptions) =>
      run(options, (context) => showAddress(context, file)),
    );
}
