import { VerimeshError } from "@verimesh/core";
import { getChainId, getCode } from "viem/actions";
import { attempt } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { ADDRESS_FIELDS } from "./parseDeployment.ts";

export type CheckDeploymentParameters = ReadOptions;

/**
 * Checks that the client is on the deployment's chain and that its contracts are there: to be called once at start.
 * @throws VerimeshError `CHAIN_MISMATCH`, `CONTRACT_MISSING`, `RPC_UNREACHABLE`
 * @example
 * await checkDeployment(client, { deployment });
 */
export async function checkDeployment(
  client: VerimeshClient,
  { deployment, signal }: CheckDeploymentParameters,
): Promise<void> {
  const chainId = await attempt(() => getChainId(client), signal);
  if (chainId !== deployment.chainId) {
    throw new VerimeshError(`The node is on chain ${chainId}, the deployment on chain ${deployment.chainId}.`, {
      code: "CHAIN_MISMATCH",
      details: "Use the RPC URL of the deployment's chain, or the deployment of this chain.",
    });
  }
  for (const name of ADDRESS_FIELDS) {
    const address = deployment[name];
    if ((await attempt(() => getCode(client, { address }), signal)) !== undefined) continue;
    throw new VerimeshError(`There is no contract at ${address}, where ${name} should be.`, {
      code: "CONTRACT_MISSING",
      details: "A local chain that was restarted has lost its contracts: deploy again, or pass the right deployment.",
    });
  }
}
