import { type Command, Option } from "commander";

/** The options of a command that pays out. */
export function withdrawal(command: Command): Command {
  return command
    .option("--token <token>", "VMESH or an ERC-20's address; default ETH")
    .option("--to <address>", "who receives; default the account itself")
    .addOption(
      new Option("--slash-proceeds", "your share of slashed bonds instead, in VMESH, to the account itself").conflicts([
        "token",
        "to",
      ]),
    )
    .addOption(
      new Option("--bond-proceeds", "what challenges brought you instead, in VMESH, to the account itself").conflicts([
        "token",
        "to",
        "slashProceeds",
      ]),
    );
}
