import { VerimeshError } from "@verimesh/core";
import type { EstimateRegistrationReturnType } from "@verimesh/sdk";
import { formatEther, formatGwei } from "viem";
import type { Output } from "../output/Output.ts";
import { confirm, type Terminal } from "./confirm.ts";

/**
 * Shows what is about to be sent and what it costs. On a terminal it asks, unless told not to; a program's run, and one
 * with `--json`, goes on.
 *
 * @throws VerimeshError NOT_CONFIRMED: nothing was sent
 */
export async function approveRegistration(
  out: Pick<Output, "progress" | "json">,
  { transactions, gasPrice, cost }: EstimateRegistrationReturnType,
  { yes = false, terminal }: { readonly yes?: boolean; readonly terminal?: Terminal } = {},
): Promise<void> {
  out.progress(`Transactions, at a gas price of ${formatGwei(gasPrice)} gwei:`);
  for (const transaction of transactions) {
    const { name, gas } = transaction;
    out.progress(
      `  ${name.padEnd(16)} ${gas.toLocaleString("en").padStart(9)} gas  ${formatEther(transaction.cost)} ETH`,
    );
  }
  out.progress(`  together ${formatEther(cost)} ETH`);
  if (yes || out.json) return;
  if (await confirm("Send them?", terminal)) return;
  throw new VerimeshError("The registration was not confirmed.", {
    code: "NOT_CONFIRMED",
    details: "Nothing was sent; the files stay published under their hashes. Answer y, or pass --yes.",
  });
}
