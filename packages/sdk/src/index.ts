// The worker and the CLI reach the contracts through the SDK.
export * from "@verimesh/abi";
export { getPayments, type GetPaymentsParameters, type JobPayment } from "./auditor/getPayments.ts";
export { getProof, type GetProofParameters, type JobProof } from "./auditor/getProof.ts";
export { verifyOnChain, type VerifyOnChainParameters, type VerifyOnChainReturnType } from "./auditor/verifyOnChain.ts";
export {
  deprecateVersion,
  type DeprecateVersionParameters,
  type DeprecateVersionReturnType,
} from "./author/deprecateVersion.ts";
export type { PublishedVersion, VersionParameters } from "./author/prepareVersion.ts";
export {
  publishVersion,
  type PublishVersionParameters,
  type PublishVersionReturnType,
} from "./author/publishVersion.ts";
export {
  estimateRegistration,
  type EstimateRegistrationParameters,
  type EstimateRegistrationReturnType,
  type PlannedTransaction,
} from "./author/estimateRegistration.ts";
export { registerModel, type RegisterModelParameters, type RegisterModelReturnType } from "./author/registerModel.ts";
export { setRoyalty, type SetRoyaltyParameters, type SetRoyaltyReturnType } from "./author/setRoyalty.ts";
export { cidFromHex, cidToHex } from "./cid.ts";
export { getEvents, type GetEventsParameters } from "./client/getEvents.ts";
export type { ReadOptions, VerimeshClient, WriteOptions, WriteResult } from "./client/types.ts";
export type { ContentSink, ContentSource } from "./content.ts";
export { checkDeployment, type CheckDeploymentParameters } from "./deployment/checkDeployment.ts";
export { parseDeployment } from "./deployment/parseDeployment.ts";
export { ContractRevert } from "./errors/ContractRevert.ts";
export { toVerimeshError } from "./errors/toVerimeshError.ts";
export { answerCommitment, type AnswerCommitmentParameters, answerHash } from "./job/commitment.ts";
export { explainReason } from "./job/explainReason.ts";
export {
  CLAIM_STATUSES,
  type ClaimStatus,
  type DeclineReason,
  END_REASONS,
  type EndReason,
  JOB_POLICIES,
  JOB_STATUSES,
  type JobPolicy,
  type JobStatus,
  PANEL_STATUSES,
  type PanelStatus,
} from "./job/names.ts";
export type { JobPhase, OverdueAction, PhaseOfJob } from "./job/phase.ts";
export type { JobSettlement, PaidPrice } from "./job/settlementIn.ts";
export { keptInputFromText, keptInputToText } from "./privacy/keptInputText.ts";
export { MemorySaltStore } from "./privacy/MemorySaltStore.ts";
export { openJobAnswer, type OpenedAnswer, type OpenJobAnswerParameters } from "./privacy/openJobAnswer.ts";
export type { KeptInput, SaltStore } from "./privacy/SaltStore.ts";
export { type StorageLike, WebSaltStore } from "./privacy/WebSaltStore.ts";
export { assignJob, type AssignJobParameters, type AssignJobReturnType } from "./provider/assignJob.ts";
export { encodeBlockHeader, getDrawHeader, type RpcBlock } from "./provider/blockHeader.ts";
export { claimEarnings, type ClaimEarningsParameters, type ClaimEarningsReturnType } from "./provider/claimEarnings.ts";
export { closePanel, type ClosePanelParameters, type ClosePanelReturnType } from "./provider/closePanel.ts";
export { commitAnswer, type CommitAnswerParameters, type CommitAnswerReturnType } from "./provider/commitAnswer.ts";
export { declineJob, type DeclineJobParameters, type DeclineJobReturnType } from "./provider/declineJob.ts";
export { defendAnswer, type DefendAnswerParameters, type DefendAnswerReturnType } from "./provider/defendAnswer.ts";
export { delegate, type DelegateParameters, type DelegateReturnType } from "./provider/delegate.ts";
export { drawPanel, type DrawPanelParameters, type DrawPanelReturnType } from "./provider/drawPanel.ts";
export { expireDefence, type ExpireDefenceParameters, type ExpireDefenceReturnType } from "./provider/expireDefence.ts";
export {
  expirePanelDraw,
  type ExpirePanelDrawParameters,
  type ExpirePanelDrawReturnType,
} from "./provider/expirePanelDraw.ts";
export { getEarnings, type GetEarningsParameters, type SharedEarnings } from "./provider/getEarnings.ts";
export {
  getListing,
  type GetListingParameters,
  type ProviderAsk,
  type ProviderListing,
} from "./provider/getListing.ts";
export { getListings, type GetListingsParameters } from "./provider/getListings.ts";
export { getOpenJobs, type GetOpenJobsParameters, type OpenJob } from "./provider/getOpenJobs.ts";
export { getProvider, type GetProviderParameters, type Provider } from "./provider/getProvider.ts";
export { getStake, type GetStakeParameters, type StakeInPool } from "./provider/getStake.ts";
export { listModel, type ListModelParameters, type ListModelReturnType } from "./provider/listModel.ts";
export {
  previewAssignment,
  type PreviewAssignmentParameters,
  type PreviewAssignmentReturnType,
} from "./provider/previewAssignment.ts";
export { previewPanel, type PreviewPanelParameters, type PreviewPanelReturnType } from "./provider/previewPanel.ts";
export {
  requestUnstake,
  type RequestUnstakeParameters,
  type RequestUnstakeReturnType,
} from "./provider/requestUnstake.ts";
export { revealAnswer, type RevealAnswerParameters, type RevealAnswerReturnType } from "./provider/revealAnswer.ts";
export { setAsk, type SetAskParameters, type SetAskReturnType } from "./provider/setAsk.ts";
export { setCapacity, type SetCapacityParameters, type SetCapacityReturnType } from "./provider/setCapacity.ts";
export { setCommission, type SetCommissionParameters, type SetCommissionReturnType } from "./provider/setCommission.ts";
export {
  setMinAnswerSeconds,
  type SetMinAnswerSecondsParameters,
  type SetMinAnswerSecondsReturnType,
} from "./provider/setMinAnswerSeconds.ts";
export { settleBatch, type SettleBatchParameters, type SettleBatchReturnType } from "./provider/settleBatch.ts";
export { stake, type StakeParameters, type StakeReturnType } from "./provider/stake.ts";
export { submitAnswer, type SubmitAnswerParameters, type SubmitAnswerReturnType } from "./provider/submitAnswer.ts";
export {
  type ProvenAnswer,
  submitProof,
  type SubmitProofParameters,
  type SubmitProofReturnType,
} from "./provider/submitProof.ts";
export { syncWeight, type SyncWeightParameters, type SyncWeightReturnType } from "./provider/syncWeight.ts";
export { unlistModel, type UnlistModelParameters, type UnlistModelReturnType } from "./provider/unlistModel.ts";
export { watchJobs, type WatchJobsParameters } from "./provider/watchJobs.ts";
export {
  withdrawBondProceeds,
  type WithdrawBondProceedsParameters,
  type WithdrawBondProceedsReturnType,
} from "./provider/withdrawBondProceeds.ts";
export {
  withdrawSlashProceeds,
  type WithdrawSlashProceedsParameters,
  type WithdrawSlashProceedsReturnType,
} from "./provider/withdrawSlashProceeds.ts";
export {
  withdrawUnstaked,
  type WithdrawUnstakedParameters,
  type WithdrawUnstakedReturnType,
} from "./provider/withdrawUnstaked.ts";
export { cancelJob, type CancelJobParameters, type CancelJobReturnType } from "./requester/cancelJob.ts";
export {
  cancelSignedRequests,
  type CancelSignedRequestsParameters,
  type CancelSignedRequestsReturnType,
} from "./requester/cancelSignedRequests.ts";
export {
  cancelSubscription,
  type CancelSubscriptionParameters,
  type CancelSubscriptionReturnType,
} from "./requester/cancelSubscription.ts";
export {
  challengeAnswer,
  type ChallengeAnswerParameters,
  type ChallengeAnswerReturnType,
} from "./requester/challengeAnswer.ts";
export { decodeAnswer } from "./requester/decodeAnswer.ts";
export { deposit, type DepositParameters, type DepositReturnType } from "./requester/deposit.ts";
export {
  endOverdueJob,
  type EndOverdueJobParameters,
  type EndOverdueJobReturnType,
} from "./requester/endOverdueJob.ts";
export {
  expireAssignment,
  type ExpireAssignmentParameters,
  type ExpireAssignmentReturnType,
} from "./requester/expireAssignment.ts";
export {
  finalizeAnswer,
  type FinalizeAnswerParameters,
  type FinalizeAnswerReturnType,
} from "./requester/finalizeAnswer.ts";
export { getAnswer, type GetAnswerParameters, type JobAnswer } from "./requester/getAnswer.ts";
export { type AnswerClaim, getAnswerClaim, type GetAnswerClaimParameters } from "./requester/getAnswerClaim.ts";
export { getClaimable, type GetClaimableParameters } from "./requester/getClaimable.ts";
export { getJob, type GetJobParameters, type MarketJob } from "./requester/getJob.ts";
export { getJobRequest, type GetJobRequestParameters, type JobRequestRecord } from "./requester/getJobRequest.ts";
export { getManifest, type GetManifestParameters } from "./requester/getManifest.ts";
export { getMarketTerms, type GetMarketTermsParameters, type MarketTerms } from "./requester/getMarketTerms.ts";
export { getModel, type GetModelParameters, type Model, type ModelVersion } from "./requester/getModel.ts";
export { getModels, type GetModelsParameters } from "./requester/getModels.ts";
export { getPanel, type GetPanelParameters, type JobPanel, type PanelMember } from "./requester/getPanel.ts";
export { getSubscription, type GetSubscriptionParameters, type JobSubscription } from "./requester/getSubscription.ts";
export type { JobRequestStruct, JobTerms } from "./requester/jobTerms.ts";
export { openAnswer, type OpenAnswerParameters } from "./requester/openAnswer.ts";
export { type PreparedInput, prepareInput, type PrepareInputOptions } from "./requester/prepareInput.ts";
export { type JobQuote, quoteJob, type QuoteJobParameters } from "./requester/quoteJob.ts";
export { refundJob, type RefundJobParameters, type RefundJobReturnType } from "./requester/refundJob.ts";
export { relayRequest, type RelayRequestParameters, type RelayRequestReturnType } from "./requester/relayRequest.ts";
export { requestJob, type RequestJobParameters, type RequestJobReturnType } from "./requester/requestJob.ts";
export { requestJobs, type RequestJobsParameters, type RequestJobsReturnType } from "./requester/requestJobs.ts";
export {
  runSubscription,
  type RunSubscriptionParameters,
  type RunSubscriptionReturnType,
} from "./requester/runSubscription.ts";
export {
  type RequestPermit,
  SIGNED_REQUEST_TYPES,
  type SignedJobRequest,
  signedRequestDomain,
} from "./requester/signedRequest.ts";
export { signedRequestFromJson, signedRequestToJson } from "./requester/signedRequestJson.ts";
export { signRequest, type SignRequestParameters } from "./requester/signRequest.ts";
export { subscribe, type SubscribeParameters, type SubscribeReturnType } from "./requester/subscribe.ts";
export {
  transferBalance,
  type TransferBalanceParameters,
  type TransferBalanceReturnType,
} from "./requester/transferBalance.ts";
export { type ProvisionalAnswer, waitForAnswer, type WaitForAnswerParameters } from "./requester/waitForAnswer.ts";
export {
  type JobOutcome,
  type RefundedOutcome,
  type SettledOutcome,
  waitForJob,
  type WaitForJobParameters,
} from "./requester/waitForJob.ts";
export { withdraw, type WithdrawParameters, type WithdrawReturnType } from "./requester/withdraw.ts";
export type { TokenApproval } from "./token/approveSpending.ts";
export { formatAmount, getBalance, getTokenUnit, requireBalance, type TokenUnit } from "./token/getBalance.ts";
export { type Permit, signPermit, type SignPermitParameters } from "./token/signPermit.ts";
export {
  verimeshActions,
  type VerimeshActions,
  verimeshPublicActions,
  type VerimeshPublicActions,
  verimeshWalletActions,
  type VerimeshWalletActions,
} from "./verimeshActions.ts";
