import type { Deployment } from "@verimesh/abi";
import { getPayments } from "./auditor/getPayments.ts";
import { getProof } from "./auditor/getProof.ts";
import { verifyOnChain } from "./auditor/verifyOnChain.ts";
import { deprecateVersion } from "./author/deprecateVersion.ts";
import { publishVersion } from "./author/publishVersion.ts";
import { registerModel } from "./author/registerModel.ts";
import { setRoyalty } from "./author/setRoyalty.ts";
import type { VerimeshClient } from "./client/types.ts";
import { checkDeployment } from "./deployment/checkDeployment.ts";
import { claimJob } from "./provider/claimJob.ts";
import { getOpenJobs } from "./provider/getOpenJobs.ts";
import { getProvider } from "./provider/getProvider.ts";
import { requestUnstake } from "./provider/requestUnstake.ts";
import { stake } from "./provider/stake.ts";
import { submitProof } from "./provider/submitProof.ts";
import { watchJobs } from "./provider/watchJobs.ts";
import { withdrawSlashProceeds } from "./provider/withdrawSlashProceeds.ts";
import { withdrawUnstaked } from "./provider/withdrawUnstaked.ts";
import { cancelJob } from "./requester/cancelJob.ts";
import { expireClaim } from "./requester/expireClaim.ts";
import { getClaimable } from "./requester/getClaimable.ts";
import { getJob } from "./requester/getJob.ts";
import { getJobRequest } from "./requester/getJobRequest.ts";
import { getManifest } from "./requester/getManifest.ts";
import { getModel } from "./requester/getModel.ts";
import { getModels } from "./requester/getModels.ts";
import { quoteJob } from "./requester/quoteJob.ts";
import { refundJob } from "./requester/refundJob.ts";
import { requestJob } from "./requester/requestJob.ts";
import { waitForJob } from "./requester/waitForJob.ts";
import { withdraw } from "./requester/withdraw.ts";

const PUBLIC_ACTIONS = {
  checkDeployment,
  getClaimable,
  getJob,
  getJobRequest,
  getManifest,
  getModel,
  getModels,
  getOpenJobs,
  getPayments,
  getProof,
  getProvider,
  quoteJob,
  verifyOnChain,
  waitForJob,
  watchJobs,
};

const WALLET_ACTIONS = {
  cancelJob,
  claimJob,
  deprecateVersion,
  expireClaim,
  publishVersion,
  refundJob,
  registerModel,
  requestJob,
  requestUnstake,
  setRoyalty,
  stake,
  submitProof,
  withdraw,
  withdrawSlashProceeds,
  withdrawUnstaked,
};

type Action = (client: VerimeshClient, parameters: never) => unknown;
/** The action without client and deployment; without parameters at all where none is left to give. */
type Bound<action> = action extends (client: VerimeshClient, parameters: infer parameters) => infer result
  ? Partial<parameters> extends Omit<parameters, "deployment">
    ? (parameters?: Omit<parameters, "deployment">) => result
    : (parameters: Omit<parameters, "deployment">) => result
  : never;
type BoundAll<actions> = { readonly [name in keyof actions]: Bound<actions[name]> };

export type VerimeshPublicActions = BoundAll<typeof PUBLIC_ACTIONS>;
export type VerimeshWalletActions = BoundAll<typeof WALLET_ACTIONS>;
export type VerimeshActions = VerimeshPublicActions & VerimeshWalletActions;

/** The actions that only read, for `publicClient.extend(…)`. */
export function verimeshPublicActions(deployment: Deployment): (client: VerimeshClient) => VerimeshPublicActions {
  return (client) => bindAll(client, deployment, PUBLIC_ACTIONS);
}

/** The actions that send transactions, for `walletClient.extend(…)`. */
export function verimeshWalletActions(deployment: Deployment): (client: VerimeshClient) => VerimeshWalletActions {
  return (client) => bindAll(client, deployment, WALLET_ACTIONS);
}

/**
 * All actions on one client.
 * @example
 * const client = createWalletClient({ account, chain, transport: http() }).extend(verimeshActions(deployment));
 * const { jobId } = await client.requestJob({ modelId: 1n, version: 1n, input, fee: parseEther("0.01"), store });
 * const outcome = await client.waitForJob({ jobId });
 */
export function verimeshActions(deployment: Deployment): (client: VerimeshClient) => VerimeshActions {
  return (client) => ({ ...verimeshPublicActions(deployment)(client), ...verimeshWalletActions(deployment)(client) });
}

function bindAll<actions extends Readonly<Record<string, Action>>>(
  client: VerimeshClient,
  deployment: Deployment,
  actions: actions,
): BoundAll<actions> {
  const bound = Object.entries(actions).map(([name, action]) => {
    const call = (parameters: object = {}): unknown => action(client, { ...parameters, deployment } as never);
    return [name, call];
  });
  return Object.fromEntries(bound) as BoundAll<actions>;
}
