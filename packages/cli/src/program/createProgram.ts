import { Command } from "commander";
import { addAccount } from "./account.ts";
import { addAuditor } from "./auditor.ts";
import { addAuthor } from "./author.ts";
import type { Run } from "./leaf.ts";
import { addDelegation, addProvider } from "./provider.ts";
import { addRequester } from "./requester.ts";
import { addSetup } from "./setup.ts";

/** All commands and options of `verimesh`. */
export function createProgram(run: Run): Command {
  const program = new Command("verimesh")
    .description("Ask registered models, check their proofs, provide compute.")
    .addHelpText("after", "\nStart a local network with `npm start`; in its directory no option is needed.")
    .showHelpAfterError("(--help shows what is expected)");
  addRequester(program, run);
  addAuthor(program, run);
  addSetup(program, run);
  addProvider(program, run);
  addDelegation(program, run);
  addAuditor(program, run);
  addAccount(program, run);
  return program;
}
