import { VerimeshError } from "@verimesh/core";
import { connect, type Context } from "./Context.ts";
import { parsePolicy } from "./jobTerms.ts";
import { findModel } from "./manifests.ts";
import { amountText, parseToken } from "./payment.ts";

export interface QuoteOptions {
  readonly policy: string;
  readonly panel?: number;
  readonly token?: string;
}

/** Tells what an answer costs now, and what the price is made of, before anyone pays. */
export async function quote(context: Context, nameOrId: string, options: QuoteOptions): Promise<void> {
  const { out, signal } = context;
  const policy = parsePolicy(options.policy);
  const reader = await connect(context);
  const { client, deployment } = reader;
  const token = parseToken(options.token, deployment);
  const { modelId, name, latestVersion: version } = await findModel(reader, nameOrId, signal);
  if (version === undefined) {
    throw new VerimeshError(`Model ${modelId} has no version that takes jobs.`, { code: "VersionIsDeprecated" });
  }
  const quoted = await client.quoteJob({ modelId, version, policy, panelSize: options.panel, token, signal });
  const amount = (value: bigint): string => amountText(value, token, deployment);
  out.facts({
    Model: `${name} (${modelId}), version ${version}, by ${policy}`,
    Providers: `${quoted.providers} free to be drawn${quoted.complete ? "" : " among those looked at"}`,
    Asks: `${amount(quoted.lowestAsk)} to ${amount(quoted.highestAsk)}, median ${amount(quoted.medianAsk)}`,
    Price: `${amount(quoted.price)} if the cheapest are drawn`,
    "  to the provider": amount(quoted.providerAmount),
    "  to the author": amount(quoted.royaltyAmount),
    "  to the protocol": amount(quoted.protocolAmount),
    "Fee that reaches all": `${amount(quoted.feeToReachAll)}; what is not spent comes back`,
  });
  out.result({ modelId: Number(modelId), version: Number(version), policy, token, ...quoted });
}
