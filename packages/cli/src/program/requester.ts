import type { Command } from "commander";
import { type BalanceOptions, deposit, showBalance } from "../commands/balance.ts";
import { cancel, challenge, finalize } from "../commands/challenge.ts";
import { infer, type InferOptions } from "../commands/infer.ts";
import { showJob } from "../commands/job.ts";
import { listModels } from "../commands/models.ts";
import { quote, type QuoteOptions } from "../commands/quote.ts";
import { refund } from "../commands/refund.ts";
import { relayRequest, signRequest, type SignOptions } from "../commands/signedRequest.ts";
import {
  cancelSubscription,
  runSubscription,
  showSubscription,
  subscribe,
  type SubscribeOptions,
} from "../commands/subscription.ts";
import { verifyJob } from "../commands/verify.ts";
import { withdraw, type WithdrawOptions } from "../commands/withdraw.ts";
import type { GlobalOptions } from "../settings/Settings.ts";
import { leaf, numbered, type Run, wholeNumber } from "./leaf.ts";
import { withdrawal } from "./withdrawal.ts";

/** Commands of those who ask. */
export function addRequester(program: Command, run: Run): void {
  leaf(program, "models", "List the registered models.", "verimesh models").action((options: GlobalOptions) =>
    run(options, listModels),
  );
  leaf(program, "quote", "Tell what an answer costs, before anyone pays.", "verimesh quote digits --policy quorum")
    .argument("<model>", "name or id")
    .option("--policy <name>", "proof, quorum or optimistic", "proof")
    .option("--panel <n>", "providers of a quorum; default 3", wholeNumber)
    .option("--token <token>", "VMESH or an ERC-20's address; default ETH")
    .action((model: string, options: QuoteOptions & GlobalOptions) =>
      run(options, (context) => quote(context, model, options)),
    );
  jobTerms(leaf(program, "infer", "Ask a model and wait for its answer.", "verimesh infer digits --input seven.json"))
    .option("--no-wait-final", "be content with an optimistic answer that can still be challenged")
    .action((model: string, options: InferOptions & GlobalOptions) =>
      run(options, (context) => infer(context, model, options)),
    );
  numbered(program, run, ["job", "Show where a job stands, and its answer.", "verimesh job 1"], showJob);
  numbered(
    program,
    run,
    ["verify", "Check a job's proof with snarkjs and with the deployed verifier.", "verimesh verify 1"],
    verifyJob,
  );
  numbered(program, run, ["cancel", "Cancel your job while providers are drawn.", "verimesh cancel 1"], cancel);
  numbered(
    program,
    run,
    ["refund", "Take a job that is late on to its end, and get its fee back.", "verimesh refund 1"],
    refund,
  );
  numbered(
    program,
    run,
    ["challenge", "Challenge an answer that is not final, with a bond.", "verimesh challenge 1"],
    challenge,
  );
  numbered(program, run, ["finalize", "Settle a job whose answer stood.", "verimesh finalize 1"], finalize);
  addBalance(program, run);
  addRequest(program, run);
  addSubscription(program, run);
}

function addBalance(program: Command, run: Run): void {
  leaf(program, "balance", "Show what you may withdraw, or pay requests with.", "verimesh balance")
    .option("--token <token>", "ETH, VMESH or an ERC-20's address; default ETH and VMESH")
    .action((options: BalanceOptions & GlobalOptions) => run(options, (context) => showBalance(context, options)));
  leaf(program, "deposit", "Add to your balance, to pay requests with.", "verimesh deposit 0.1")
    .argument("<amount>", "in ETH or VMESH, or in base units of another token")
    .option("--token <token>", "VMESH or an ERC-20's address; default ETH")
    .action((amount: string, options: BalanceOptions & GlobalOptions) =>
      run(options, (context) => deposit(context, amount, options)),
    );
  withdrawal(
    leaf(program, "withdraw", "Pay out your balance: refunds, royalties, deposits.", "verimesh withdraw --to 0x…"),
  ).action((options: WithdrawOptions & GlobalOptions) =>
    run(options, (context) => withdraw(context, "requester", options)),
  );
}

function addRequest(program: Command, run: Run): void {
  const request = program.command("request").description("Requests that somebody else submits for you.");
  jobTerms(
    leaf(
      request,
      "sign",
      "Sign a request; whoever submits it pays the gas and can change nothing.",
      "verimesh request sign digits --input seven.json --out request.json",
    ),
  )
    .requiredOption("--out <file>", "where to write it; must not exist")
    .option("--valid-seconds <n>", "how long the signature holds", wholeNumber, 3600)
    .action((model: string, options: SignOptions & GlobalOptions) =>
      run(options, (context) => signRequest(context, model, options)),
    );
  leaf(request, "relay", "Submit a request that somebody signed.", "verimesh request relay request.json")
    .argument("<file>", "of verimesh request sign")
    .action((file: string, options: GlobalOptions) => run(options, (context) => relayRequest(context, file)));
}

function addSubscription(program: Command, run: Run): void {
  jobTerms(
    leaf(
      program,
      "subscribe",
      "Ask again and again, funded ahead.",
      "verimesh subscribe digits --input seven.json --every 3600 --runs 24",
    ),
  )
    .requiredOption("--every <seconds>", "from one to the next", wholeNumber)
    .requiredOption("--runs <n>", "how many times", wholeNumber)
    .action((model: string, options: SubscribeOptions & GlobalOptions) =>
      run(options, (context) => subscribe(context, model, options)),
    );
  const subscription = program.command("subscription").description("Recurring requests.");
  const example = (name: string): string => `verimesh subscription ${name} 1`;
  numbered(subscription, run, ["show", "Show a subscription.", example("show")], showSubscription);
  numbered(subscription, run, ["run", "Open the job that is due. Anyone may.", example("run")], runSubscription);
  numbered(subscription, run, ["cancel", "End it; what is left is yours.", example("cancel")], cancelSubscription);
}

/** What a request says, of whichever kind. */
function jobTerms(command: Command): Command {
  return command
    .argument("<model>", "name or id")
    .requiredOption("--input <file>", ".json: values as an array or by name; .bin: bytes")
    .option("--policy <name>", "how the answer is settled: proof, quorum or optimistic", "proof")
    .option("--panel <n>", "quorum: providers that answer (default 3); optimistic: jurors", wholeNumber)
    .option("--quorum <n>", "equal answers that decide; default the smallest majority", wholeNumber)
    .option("--fee <amount>", "the most that you pay, in ETH or VMESH; default what reaches every provider")
    .option("--token <token>", "VMESH or an ERC-20's address (--fee in its base units); default ETH")
    .option("--from-balance", "pay from your balance in the market")
    .option("--draw-seconds <n>", "how long providers are drawn, anew after each failed attempt", wholeNumber, 600)
    .option("--answer-seconds <n>", "how long a provider has, a panel to commit", wholeNumber, 600)
    .option("--open-seconds <n>", "how long any provider may deliver after the draws; default 600", wholeNumber)
    .option("--window-seconds <n>", "time to reveal or to challenge; default 600", wholeNumber)
    .option("--allow-insecure-setup", "trust the maker of a model's key outside local chains");
}
