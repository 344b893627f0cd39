import Table from "cli-table3";
import type { Deployment } from "@verimesh/sdk";
import type { Address } from "viem";
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
  readonly verifier: Address;
  readonly token: Address;
  readonly paid: {
    readonly provider: bigint;
    readonly royalty: bigint;
    readonly protocol: bigint;
  };
  readonly gas: { readonly request: number; readonly submit: number };
  readonly constraints: number;
  readonly seconds: { readonly witness: number; readonly prove: number; readonly total: number };
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
    head: ["job", "model", "answer", "provider", "verified by", "gas", "proof", "paid"],
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
      short(job.provider),
      short(job.verifier),
      `request ${job.gas.request.toLocaleString("en")}\nsubmit  ${job.gas.submit.toLocaleString("en")}`,
      `${job.seconds.prove.toFixed(1)} s`,
      `provider ${amount(job.paid.provider)}\nauthor   ${amount(job.paid.royalty)}\nprotocol ${amount(job.paid.protocol)}`,
    ]);
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
      },
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
