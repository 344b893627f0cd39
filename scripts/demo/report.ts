import type { Deployment } from "@verimesh/sdk";
import Table from "cli-table3";
import { type Address, formatEther } from "viem";
import type { FailureReport } from "./failures/index.ts";
import { type MarketMoney, showAmount, unitOf } from "./money.ts";

/** One settled job, with everything that the table and the JSON tell of it. */
export interface JobReport {
  readonly id: number;
  readonly model: string;
  readonly policy: string;
  readonly status: string;
  /** For people: `7`, or `granted, score 41`. */
  readonly answer: string;
  /** The class, or the integer score. */
  readonly output: number;
  /** What the reference execution says of the same input. */
  readonly expected: number;
  readonly provider: Address;
  /** All who were paid for it: a quorum's majority. */
  readonly providers: readonly Address[];
  /** The contract that verified the proof; null where there was none. */
  readonly verifier: Address | null;
  readonly token: Address;
  readonly paid: {
    readonly provider: bigint;
    readonly royalty: bigint;
    readonly protocol: bigint;
    /** What of the fee was not asked for. */
    readonly returned: bigint;
  };
  readonly gas: { readonly request: number; readonly submit: number };
  readonly constraints: number;
  /** Null where nothing was proved. */
  readonly seconds: { readonly witness: number; readonly prove: number; readonly total: number } | null;
}

export interface ModelReport {
  readonly name: string;
  readonly modelId: number;
  readonly floatAccuracy: number;
  readonly integerAccuracy: number;
  readonly constraints: number;
}

export function jobTable(jobs: readonly JobReport[], deployment: Deployment): string {
  const table = new Table({
    head: ["job", "model", "answer", "settled by", "gas", "proof", "paid"],
    colWidths: [null, null, 18],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const job of jobs) {
    const amount = (value: bigint): string => showAmount(deployment, job.token, value);
    table.push([
      job.id,
      job.model,
      job.answer,
      settledBy(job),
      `request ${job.gas.request.toLocaleString("en")}\nsubmit  ${job.gas.submit.toLocaleString("en")}`,
      job.seconds ? `${job.seconds.prove.toFixed(1)} s` : "none",
      `provider ${amount(job.paid.provider)}\nauthor   ${amount(job.paid.royalty)}\nprotocol ${amount(job.paid.protocol)}\nback     ${amount(job.paid.returned)}`,
    ]);
  }
  return table.toString();
}

/** What makes the answer one to rely on. */
function settledBy({ policy, verifier, provider, providers }: JobReport): string {
  if (verifier !== null) return `proof of ${short(provider)}\nverified by ${short(verifier)}`;
  if (policy === "quorum") return `quorum: ${providers.length} agreed\n${providers.map(short).join("\n")}`;
  return `${policy}: unchallenged\nanswer of ${short(provider)}`;
}

/** The jobs that failed, as they were meant to: every fee is back. */
export function failureTable(failures: readonly FailureReport[]): string {
  const table = new Table({
    head: ["job", "policy", "what happened", "reason", "fee back", "bonds cut"],
    colWidths: [null, null, 40],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const { jobId, policy, story, reason, fee, refunded, slashed } of failures) {
    const back = `${formatEther(refunded)} of ${formatEther(fee)} ETH`;
    table.push([jobId, policy, story, reason, back, slashed === 0n ? "" : `${formatEther(slashed)} VMESH`]);
  }
  return table.toString();
}

export function modelTable(models: readonly ModelReport[]): string {
  const table = new Table({
    head: ["model", "id", "accuracy: float", "integer", "constraints"],
    style: { head: [], border: [] },
  });
  for (const { name, modelId, floatAccuracy, integerAccuracy, constraints } of models) {
    table.push([name, modelId, percent(floatAccuracy), percent(integerAccuracy), constraints.toLocaleString("en")]);
  }
  return table.toString();
}

export function moneyLine(deployment: Deployment, token: Address, money: MarketMoney): string {
  const amount = (value: bigint): string => showAmount(deployment, token, value);
  return (
    `The market holds ${amount(money.balance)}: ${amount(money.openEscrow)} in open escrows, ` +
    `${amount(money.claimable)} to be withdrawn.`
  );
}

/** The object of `npm start -- --json`: numbers are JSON numbers, amounts decimal strings in the token's smallest unit. */
export function toJson(
  deployment: Deployment,
  jobs: readonly JobReport[],
  failures: readonly FailureReport[],
  models: readonly ModelReport[],
  money: readonly { readonly token: Address; readonly money: MarketMoney }[],
): string {
  const amounts = ({ balance, openEscrow, claimable }: MarketMoney) => ({
    balance: balance.toString(),
    openEscrow: openEscrow.toString(),
    claimable: claimable.toString(),
  });
  const [ether, ...tokens] = money;
  return JSON.stringify({
    jobs: jobs.map(({ paid, token, ...job }) => ({
      ...job,
      currency: unitOf(deployment, token),
      paid: {
        provider: paid.provider.toString(),
        royalty: paid.royalty.toString(),
        protocol: paid.protocol.toString(),
        returned: paid.returned.toString(),
      },
    })),
    failures: failures.map(({ fee, refunded, slashed, ...failure }) => ({
      ...failure,
      fee: fee.toString(),
      refunded: refunded.toString(),
      slashed: slashed.toString(),
    })),
    models,
    market: {
      ...(ether && amounts(ether.money)),
      tokens: Object.fromEntries(tokens.map(({ token, money: held }) => [unitOf(deployment, token), amounts(held)])),
    },
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function short(address: string): string {
  return `${address.slice(0, 8)}…${address.slice(-4)}`;
}
