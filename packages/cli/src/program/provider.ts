import { type Command, Option } from "commander";
import { collect, delegate, showDelegation, undelegate } from "../commands/delegation.ts";
import {
  type AskOptions,
  listModel,
  type ListOptions,
  setAsk,
  setCapacity,
  setCommission,
  unlistModel,
} from "../commands/listing.ts";
import { addStake, removeStake } from "../commands/providerStake.ts";
import type { ProviderStartOptions } from "../commands/providerStart.ts";
import { providerStatus, type ProviderStatusOptions } from "../commands/providerStatus.ts";
import { withdraw, type WithdrawOptions } from "../commands/withdraw.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, type Run, wholeNumber } from "./leaf.ts";
import { withdrawal } from "./withdrawal.ts";

/** Commands of those who compute. */
export function addProvider(program: Command, run: Run): void {
  const provider = program.command("provider").description("Provide compute: stake, run a worker, withdraw.");
  leaf(provider, "start", "Run a worker until Ctrl-C.", "verimesh provider start --keystore provider.json --capacity 2")
    .option("--max-callback-gas <n>", "most gas of a callback, which you pay for", wholeNumber, 300_000)
    .option("--capacity <n>", "jobs worked on at once", wholeNumber, 1)
    .option("--no-open-rounds", "leave jobs alone that nobody was drawn for")
    .option("--challenge", "check others' optimistic answers of what you serve, and challenge wrong ones with a bond")
    .option("--end-all", "also end what others left past its time")
    .option("--batch-seconds <n>", "how long a proven answer waits for others to settle with", wholeNumber, 0)
    .option("--content-seconds <n>", "how long missing content is looked for before a job is declined", wholeNumber, 60)
    .option("--status-port <port>", "port of the status server on 127.0.0.1; 0 takes a free one", wholeNumber, 0)
    .option("--data-dir <folder>", "journal and lock")
    .option("--cache-dir <folder>", "fetched content")
    .option("--backend <name>", "node-gpu, wasm or cpu")
    .option("--confirmations <n>", "blocks until a transaction is believed", wholeNumber)
    .option("--allow-insecure-setup", "serve models with development keys outside local chains")
    .addOption(
      new Option("--log-level <level>", "least level logged")
        .choices(["trace", "debug", "info", "warn", "error"])
        .default("info"),
    )
    .action((options: ProviderStartOptions & GlobalOptions) =>
      run(options, async (context) => {
        // TensorFlow.js and the worker are loaded by the one command that needs them.
        const { startProvider } = await import("../commands/providerStart.ts");
        await startProvider(context, options);
      }),
    );
  addListing(provider, run);
  leaf(provider, "status", "Show stake, earnings and jobs.", "verimesh provider status")
    .option("--address <address>", "whose; default: the local network's providers, or your own")
    .option("--status-url <url>", "the worker's status server")
    .action((options: ProviderStatusOptions & GlobalOptions) =>
      run(options, (context) => providerStatus(context, options)),
    );
  leaf(provider, "stake", "Add stake.", "verimesh provider stake 500 --keystore provider.json")
    .argument("<amount>", "in VMESH")
    .action((amount: string, options: GlobalOptions) => run(options, (context) => addStake(context, amount)));
  leaf(provider, "unstake", "Start the unbonding of free stake.", "verimesh provider unstake 100")
    .argument("<amount>", "in VMESH")
    .action((amount: string, options: GlobalOptions) => run(options, (context) => removeStake(context, amount)));
  withdrawal(leaf(provider, "withdraw", "Pay out earnings.", "verimesh provider withdraw --to 0x…"))
    .addOption(
      new Option("--stake", "the stake that has finished unbonding instead").conflicts([
        "token",
        "to",
        "slashProceeds",
        "bondProceeds",
      ]),
    )
    .action((options: WithdrawOptions & GlobalOptions) =>
      run(options, (context) => withdraw(context, "provider", options)),
    );
}

/** What a provider serves, for how much, and how much at once. */
function addListing(provider: Command, run: Run): void {
  const priced = (command: Command): Command =>
    command
      .argument("<model>", "name or id")
      .requiredOption(
        "--ask <amount>",
        "price of one answer in ETH or VMESH, all shares included; none: not in this token",
      )
      .option("--token <token>", "VMESH or an ERC-20's address (--ask in its base units); default ETH")
      .option("--model-version <n>", "default the latest", wholeNumber);
  priced(leaf(provider, "list", "Serve a model: be drawn for its jobs.", "verimesh provider list digits --ask 0.004"))
    .option("--no-off-chain", "leave jobs alone whose input must be fetched")
    .option("--min-answer-seconds <n>", "leave jobs alone that give less time; 0 for any", wholeNumber, 60)
    .action((model: string, options: ListOptions & GlobalOptions) =>
      run(options, (context) => listModel(context, model, options)),
    );
  priced(leaf(provider, "ask", "Change a price.", "verimesh provider ask digits --ask 20 --token VMESH")).action(
    (model: string, options: AskOptions & GlobalOptions) => run(options, (context) => setAsk(context, model, options)),
  );
  leaf(provider, "unlist", "Stop serving a model.", "verimesh provider unlist digits")
    .argument("<model>", "name or id")
    .option("--model-version <n>", "default the latest", wholeNumber)
    .action((model: string, options: AskOptions & GlobalOptions) =>
      run(options, (context) => unlistModel(context, model, options)),
    );
  leaf(provider, "capacity", "Set how many jobs you take at once.", "verimesh provider capacity 2")
    .argument("<n>", "0 for none", wholeNumber)
    .action((capacity: number, options: GlobalOptions) => run(options, (context) => setCapacity(context, capacity)));
  leaf(provider, "commission", "Set what you keep of delegated earnings.", "verimesh provider commission 1000")
    .argument("<bps>", "in hundredths of a per cent, at most 10000", wholeNumber)
    .action((bps: number, options: GlobalOptions) => run(options, (context) => setCommission(context, bps)));
}

/** Commands of those who stake with a provider. */
export function addDelegation(program: Command, run: Run): void {
  const delegation = program.command("delegation").description("Stake with a provider for a share of what it earns.");
  const amounts = [
    ["add", "Delegate VMESH to a provider.", delegate],
    ["remove", "Start the unbonding of delegated stake.", undelegate],
  ] as const;
  for (const [name, text, action] of amounts) {
    leaf(delegation, name, text, `verimesh delegation ${name} 0x… 100`)
      .argument("<provider>", "its address")
      .argument("<amount>", "in VMESH")
      .action((address: string, amount: string, options: GlobalOptions) =>
        run(options, (context) => action(context, address, amount)),
      );
  }
  const others = [
    ["show", "Show your stake with a provider.", showDelegation],
    ["collect", "Collect what it earned, and what has unbonded.", collect],
  ] as const;
  for (const [name, text, action] of others) {
    leaf(delegation, name, text, `verimesh delegation ${name} 0x…`)
      .argument("<provider>", "its address")
      .action((address: string, options: GlobalOptions) => run(options, (context) => action(context, address)));
  }
}
