import type { Deployment } from "@verimesh/abi";
import { getPayments } from "./auditor/getPayments.ts";
import { getProof } from "./auditor/getProof.ts";
import { verifyOnChain } from "./auditor/verifyOnChain.ts";
import { deprecateVersion } from "./author/deprecateVersion.ts";
import { publishVersion } from "./author/publishVersion.ts";
import { estimateRegistration } from "./author/estimateRegistration.ts";
import { registerModel } from "./author/registerModel.ts";
import { setRoyalty } from "./author/setRoyalty.ts";
import type { VerimeshClient } from "./client/types.ts";
import { checkDeployment } from "./deployment/checkDeployment.ts";
import { openJobAnswer } from "./privacy/openJobAnswer.ts";
import { assignJob } from "./provider/assignJob.ts";
import { claimEarnings } from "./provider/claimEarnings.ts";
import { closePanel } from "./provider/closePanel.ts";
import { commitAnswer } from "./provider/commitAnswer.ts";
import { declineJob } from "./provider/declineJob.ts";
import { defendAnswer } from "./provider/defendAnswer.ts";
import { delegate } from "./provider/delegate.ts";
import { drawPanel } from "./provider/drawPanel.ts";
import { expireDefence } from "./provider/expireDefence.ts";
import { expirePanelDraw } from "./provider/expirePanelDraw.ts";
import { getEarnings } from "./provider/getEarnings.ts";
import { getListing } from "./provider/getListing.ts";
import { getListings } from "./provider/getListings.ts";
import { getOpenJobs } from "./provider/getOpenJobs.ts";
import { getProvider } from "./provider/getProvider.ts";
import { getStake } from "./provider/getStake.ts";
import { listModel } from "./provider/listModel.ts";
import { previewAssignment } from "./provider/previewAssignment.ts";
import { previewPanel } from "./provider/previewPanel.ts";
import { requestUnstake } from "./provider/requestUnstake.ts";
import { revealAnswer } from "./provider/revealAnswer.ts";
import { setAsk } from "./provider/setAsk.ts";
import { setCapacity } from "./provider/setCapacity.ts";
import { setCommission } from "./provider/setCommission.ts";
import { setMinAnswerSeconds } from "./provider/setMinAnswerSeconds.ts";
import { settleBatch } from "./provider/settleBatch.ts";
import { stake } from "./provider/stake.ts";
import { submitAnswer } from "./provider/submitAnswer.ts";
import { submitProof } from "./provider/submitProof.ts";
import { syncWeight } from "./provider/syncWeight.ts";
import { unlistModel } from "./provider/unlistModel.ts";
import { watchJobs } from "./provider/watchJobs.ts";
import { withdrawBondProceeds } from "./provider/withdrawBondProceeds.ts";
import { withdrawSlashProceeds } from "./provider/withdrawSlashProceeds.ts";
import { withdrawUnstaked } from "./provider/withdrawUnstaked.ts";
import { cancelJob } from "./requester/cancelJob.ts";
import { cancelSignedRequests } from "./requester/cancelSignedRequests.ts";
import { cancelSubscription } from "./requester/cancelSubscription.ts";
import { challengeAnswer } from "./requester/challengeAnswer.ts";
import { deposit } from "./requester/deposit.ts";
import { endOverdueJob } from "./requester/endOverdueJob.ts";
import { expireAssignment } from "./requester/expireAssignment.ts";
import { finalizeAnswer } from "./requester/finalizeAnswer.ts";
import { getAnswer } from "./requester/getAnswer.ts";
import { getAnswerClaim } from "./requester/getAnswerClaim.ts";
import { getClaimable } from "./requester/getClaimable.ts";
import { getJob } from "./requester/getJob.ts";
import { getJobRequest } from "./requester/getJobRequest.ts";
import { getManifest } from "./requester/getManifest.ts";
import { getMarketTerms } from "./requester/getMarketTerms.ts";
import { getModel } from "./requester/getModel.ts";
import { getModels } from "./requester/getModels.ts";
import { getPanel } from "./requester/getPanel.ts";
import { getSubscription } from "./requester/getSubscription.ts";
import { quoteJob } from "./requester/quoteJob.ts";
import { refundJob } from "./requester/refundJob.ts";
import { relayRequest } from "./requester/relayRequest.ts";
import { requestJob } from "./requester/requestJob.ts";
import { requestJobs } from "./requester/requestJobs.ts";
import { runSubscription } from "./requester/runSubscription.ts";
import { signRequest } from "./requester/signRequest.ts";
import { subscribe } from "./requester/subscribe.ts";
import { transferBalance } from "./requester/transferBalance.ts";
import { waitForAnswer } from "./requester/waitForAnswer.ts";
import { waitForJob } from "./requester/waitForJob.ts";
import { withdraw } from "./requester/withdraw.ts";

const PUBLIC_ACTIONS = {
  checkDeployment,
  getAnswer,
  getAnswerClaim,
  getClaimable,
  getEarnings,
  getJob,
  getJobRequest,
  getListing,
  getListings,
  getManifest,
  getMarketTerms,
  getModel,
  getModels,
  getOpenJobs,
  getPanel,
  getPayments,
  getProof,
  getProvider,
  getStake,
  getSubscription,
  openJobAnswer,
  previewAssignment,
  previewPanel,
  quoteJob,
  verifyOnChain,
  waitForAnswer,
  waitForJob,
  watchJobs,
};

const WALLET_ACTIONS = {
  assignJob,
  cancelJob,
  cancelSignedRequests,
  cancelSubscription,
  challengeAnswer,
  claimEarnings,
  closePanel,
  commitAnswer,
  declineJob,
  defendAnswer,
  delegate,
  deposit,
  deprecateVersion,
  drawPanel,
  endOverdueJob,
  estimateRegistration,
  expireAssignment,
  expireDefence,
  expirePanelDraw,
  finalizeAnswer,
  listModel,
  publishVersion,
  refundJob,
  registerModel,
  relayRequest,
  requestJob,
  requestJobs,
  requestUnstake,
  revealAnswer,
  runSubscription,
  setAsk,
  setCapacity,
  setCommission,
  setMinAnswerSeconds,
  setRoyalty,
  settleBatch,
  signRequest,
  stake,
  submitAnswer,
  submitProof,
  subscribe,
  syncWeight,
  transferBalance,
  unlistModel,
  withdraw,
  withdrawBondProceeds,
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
