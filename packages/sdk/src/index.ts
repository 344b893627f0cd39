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
export { registerModel, type RegisterModelParameters, type RegisterModelReturnType } from "./author/registerModel.ts";
export { setRoyalty, type SetRoyaltyParameters, type SetRoyaltyReturnType } from "./author/setRoyalty.ts";
export { cidFromHex, cidToHex } from "./cid.ts";
export type { ReadOptions, VerimeshClient, WriteOptions, WriteResult } from "./client/types.ts";
export type { ContentSink, ContentSource } from "./content.ts";
export { checkDeployment, type CheckDeploymentParameters } from "./deployment/checkDeployment.ts";
export { parseDeployment } from "./deployment/parseDeployment.ts";
export { ContractRevert } from "./errors/ContractRevert.ts";
export { toVerimeshError } from "./errors/toVerimeshError.ts";
export { claimJob, type ClaimJobParameters, type ClaimJobReturnType } from "./provider/claimJob.ts";
export { getOpenJobs, type GetOpenJobsParameters, type OpenJob } from "./provider/getOpenJobs.ts";
export { getProvider, type GetProviderParameters, type Provider } from "./provider/getProvider.ts";
export {
  requestUnstake,
  type RequestUnstakeParameters,
  type RequestUnstakeReturnType,
} from "./provider/requestUnstake.ts";
export { stake, type StakeParameters, type StakeReturnType } from "./provider/stake.ts";
export { submitProof, type SubmitProofParameters, type SubmitProofReturnType } from "./provider/submitProof.ts";
export { watchJobs, type WatchJobsParameters } from "./provider/watchJobs.ts";
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
export { decodeAnswer } from "./requester/decodeAnswer.ts";
export { expireClaim, type ExpireClaimParameters, type ExpireClaimReturnType } from "./requester/expireClaim.ts";
export { getClaimable, type GetClaimableParameters } from "./requester/getClaimable.ts";
export {
  type EndReason,
  getJob,
  type GetJobParameters,
  type JobPolicy,
  type JobStatus,
  type MarketJob,
} from "./requester/getJob.ts";
export { getJobRequest, type GetJobRequestParameters, type JobRequestRecord } from "./requester/getJobRequest.ts";
export { getManifest, type GetManifestParameters } from "./requester/getManifest.ts";
export { getModel, type GetModelParameters, type Model, type ModelVersion } from "./requester/getModel.ts";
export { getModels, type GetModelsParameters } from "./requester/getModels.ts";
export { type PreparedInput, prepareInput } from "./requester/prepareInput.ts";
export { type JobQuote, quoteJob, type QuoteJobParameters } from "./requester/quoteJob.ts";
export { refundJob, type RefundJobParameters, type RefundJobReturnType } from "./requester/refundJob.ts";
export { requestJob, type RequestJobParameters, type RequestJobReturnType } from "./requester/requestJob.ts";
export { type JobOutcome, waitForJob, type WaitForJobParameters } from "./requester/waitForJob.ts";
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
