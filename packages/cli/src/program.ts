import { Command, InvalidArgumentError, Option } from "commander";
import { newAccount, showAddress } from "./commands/account.ts";
import type { Context } from "./commands/Context.ts";
import { infer, type InferOptions } from "./commands/infer.ts";
import { showJob } from "./commands/job.ts";
import type { ModelRegisterOptions } from "./commands/modelRegister.ts";
import { listModels } from "./commands/models.ts";
import { addStake, removeStake } from "./commands/providerStake.ts";
import type { ProviderStartOptions } from "./commands/providerStart.ts";
import { providerStatus, type ProviderStatusOptions } from "./commands/providerStatus.ts";
import { refund } from "./commands/refund.ts";
import { verifyJob } from "./commands/verify.ts";
import { withdraw, type WithdrawOptions } from "./commands/withdraw.ts";
import type { GlobalOptions } from "./settings/Settings.ts";

/** Runs a command with its context; a command that returns false ends the process with status 1. */
export type Run = (options: GlobalOptions, command: (context: Context) => Promise<boolean | void>) => Promise<void>;

/** All commands and options of `verimesh`. */
export function createProgram(run: Run): Command {
  const program = new Command("verimesh")
    .description("Ask registered models, check their proofs, provide compute.")
    .addHelpText("after", "\nStart a local network with `npm start`; in its directory no option is needed.")
    .showHelpAfterError("(--help shows what is expected)");

  leaf(program, "models", "List the registered models.", "verimesh models").action((options: GlobalOptions) =>
    run(options, listModels),
  );
  leaf(program, "infer", "Ask a model and wait for the verified answer.", "verimesh infer digits --input seven.json")
    .argument("<model>", "name or id")
    .requiredOption("--input <file>", ".json: values as an array or by name; .bin: bytes")
    .option("--fee <amount>", "what you pay, in ETH, or in base units of --token", "0.01")
    .option("--token <address>", "the ERC-20 that pays")
    .option("--claim-seconds <n>", "how long providers may claim the job", wholeNumber, 600)
    .option("--prove-seconds <n>", "how long a provider has after its claim", wholeNumber, 600)
    .option("--allow-insecure-setup", "trust the maker of a model's key outside local chains")
    .action((model: string, options: InferOptions & GlobalOptions) =>
      run(options, (context) => infer(context, model, options)),
    );
  leaf(program, "job", "Show where a job stands, and its answer.", "verimesh job 1")
    .argument("<id>", "the job", jobNumber)
    .action((id: bigint, options: GlobalOptions) => run(options, (context) => showJob(context, id)));
  leaf(program, "verify", "Check a job's proof with snarkjs and with the deployed verifier.", "verimesh verify 1")
    .argument("<jobId>", "a settled job", jobNumber)
    .action((id: bigint, options: GlobalOptions) => run(options, (context) => verifyJob(context, id)));
  leaf(program, "refund", "Get back the fee of a job that has no answer.", "verimesh refund 1")
    .argument("<jobId>", "a job that is open, or whose provider missed its deadline", jobNumber)
    .action((id: bigint, options: GlobalOptions) => run(options, (context) => refund(context, id)));
  withdrawal(leaf(program, "withdraw", "Pay out refunds and royalties.", "verimesh withdraw --to 0x…")).action(
    (options: WithdrawOptions & GlobalOptions) => run(options, (context) => withdraw(context, "requester", options)),
  );

  addModel(program, run);
  addProvider(program, run);
  addAccount(program, run);
  return program;
}

function addModel(program: Command, run: Run): void {
  const model = program.command("model").description("Bring a model of your own.");
  leaf(
    model,
    "register",
    "Compile a trained model and register it.",
    "verimesh model register ./my-model --royalty-bps 500",
  )
    .argument("<folder>", "model.json and its weights, verimesh.json, calibration.json, evaluation.json")
    .option(
      "--royalty-bps <n>",
      "your share of each job's fee, in hundredths of a per cent, at most 5000",
      wholeNumber,
      500,
    )
    .option("--allow-insecure-setup", "register a model with a development key outside local chains")
    .action((folder: string, options: ModelRegisterOptions & GlobalOptions) =>
      run(options, async (context) => {
        // TensorFlow.js and the circuit compiler take a second to load: only for the command that needs them.
        const { registerModelFolder } = await import("./commands/modelRegister.ts");
        return registerModelFolder(context, folder, options);
      }),
    );
}

function addProvider(program: Command, run: Run): void {
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
        const { startProvider } = await import("./commands/providerStart.ts");
        await startProvider(context, options);
      }),
    );
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
      ]),
    )
    .action((options: WithdrawOptions & GlobalOptions) =>
      run(options, (context) => withdraw(context, "provider", options)),
    );
}

function addAccount(program: Command, run: Run): void {
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

/** The options of a command that pays out. */
function withdrawal(command: Command): Command {
  return command
    .option("--token <address>", "an ERC-20; default ETH")
    .option("--to <address>", "who receives; default the account itself")
    .addOption(
      new Option("--slash-proceeds", "your share of slashed bonds instead, in VMESH, to the account itself").conflicts([
        "token",
        "to",
      ]),
    );
}

/** A command with the options that all have, and an example. */
function leaf(parent: Command, name: string, description: string, example: string): Command {
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

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number.");
}

function jobNumber(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError("Expected a job's number.");
}
