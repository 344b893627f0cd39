import { JOB_POLICIES, JOB_STATUSES } from "../job/names.ts";
import type { ErrorName, Explanations } from "./explanations.ts";
import { asset, count, date, INTERNAL, percent } from "./format.ts";

const FIRST = "Someone else may have been first. getJob shows where the job stands.";

/** Errors of the market, the request desk and the quoter. */
export const MARKET_EXPLANATIONS = {
  JobUnknown: ([jobId]) => [
    `There is no job ${jobId}.`,
    "Job ids start at 1; the request's JobRequested event has the id.",
  ],
  JobNotInStatus: ([jobId, status, expected]) => [
    `Job ${jobId} is ${JOB_STATUSES[status] ?? status}; this needs a job that is ${JOB_STATUSES[expected] ?? expected}.`,
    FIRST,
  ],
  RequestsArePaused: () => [
    "New requests are paused.",
    "Jobs that run go on, and balances can be withdrawn. Try again later.",
  ],
  FeeZero: () => ["The fee is zero.", "Pass a fee above zero; quoteJob suggests one."],
  FeeTooHigh: ([fee]) => [`A fee of ${fee} units is too high.`, "The fee must be below 2^96 units."],
  EtherAmountMismatch: ([sent, expected]) => [
    `${sent} wei were sent, ${expected} are expected.`,
    "Send exactly the fee with an ETH job, and no ETH with a token job or one that is paid from the balance.",
  ],
  TokenAmountMismatch: ([token, received, expected]) => [
    `The token ${token} delivered ${received} units instead of ${expected}.`,
    "Tokens that take a fee on transfer are not accepted; pay in ETH or another token.",
  ],
  BalanceInsufficient: ([account, token, available, needed]) => [
    `${account} has a balance of ${available} units of ${asset(token)} in the market and needs ${needed}.`,
    "Add to it with deposit, or pay from the wallet.",
  ],
  LedgerFull: ([amount, room]) => [
    `The market can hold ${room} more units of this token, not ${amount}.`,
    "All that it holds of one token stays below 2^128 units. Pay in another token.",
  ],
  DurationInvalid: ([seconds, min, max]) => [
    `A duration of ${seconds} seconds is not accepted.`,
    `Expected ${min} to ${max} seconds.`,
  ],
  PolicyTermsInvalid: ([policy, panelSize, quorum, windowSeconds]) => [
    `A panel of ${panelSize}, a quorum of ${quorum} and a window of ${windowSeconds} seconds do not fit the policy ${JOB_POLICIES[policy] ?? policy}.`,
    "Quorum: a panel of 3 to 15, more than half of it as quorum, a window, no open round. Optimistic: a window, and " +
      "only where the version has no circuit a jury of 3 to 15, decided by its smallest majority. Proof: none of them.",
  ],
  JuryTooLarge: ([size, providers]) => [
    `A jury of ${size} needs ${size + 2n} providers that serve the version, and there are ${providers}.`,
    "Provider and challenger do not judge themselves. Ask for a smaller panelSize (3 or more), or wait for providers.",
  ],
  VersionHasNoCircuit: ([modelId, version]) => [
    `Version ${version} of model ${modelId} has no circuit: nothing can prove its answers.`,
    'Ask for policy: "quorum" or "optimistic".',
  ],
  InputWordCountMismatch: ([words, expected]) => [
    `The input has ${words} words; the model's version takes ${expected}.`,
    "Prepare the input with prepareInput and the manifest of this very version.",
  ],
  OutputWordCountMismatch: ([words, expected]) => [
    `The answer has ${words} words; expected ${expected}.`,
    "Submit the output words of the proof's public signals.",
  ],
  InputWordTooLarge: ([index]) => [
    `Input word ${index} is not below the field order.`,
    "Words of prepareInput always are; do not build them by hand.",
  ],
  InputWordsMismatch: ([jobId]) => [
    `The input words are not those of job ${jobId}.`,
    "Submit the words of the job's JobRequested event.",
  ],
  InputCidTooLong: ([length]) => [
    `An input CID of ${length} bytes is too long.`,
    "Expected a binary CIDv1 with sha2-256, 36 bytes.",
  ],
  CallbackGasInvalid: ([gas, max]) => [
    `A callback with ${gas} gas is not accepted.`,
    `Expected 1 to ${max} gas with a callback, and none without.`,
  ],
  CallbackNotContract: ([callback]) => [
    `The callback ${callback} is not a contract.`,
    "Pass a contract that implements IJobCallback, or none.",
  ],
  CallbackGasUnavailable: ([, available, needed]) => [
    `The job's callback needs ${needed} gas, ${available} would be left.`,
    "Send the transaction with a higher gas limit.",
  ],
  RequesterZero: () => ["The job would belong to nobody.", "Pass the requester's address."],
  DrawClosed: ([jobId, before]) => [
    `Providers could be drawn for job ${jobId} until ${date(before)}.`,
    "It is open to every serving provider now, or can be refunded: getJob tells.",
  ],
  DrawnByPolicy: ([jobId, policy]) => [
    `Job ${jobId} is not drawn by the market: its policy is ${JOB_POLICIES[policy] ?? policy}.`,
    "Draw its panel with drawPanel.",
  ],
  AnswerDeadlinePassed: ([jobId, before]) => [
    `The answer of job ${jobId} was due at ${date(before)}.`,
    "The assignment is lost; anyone may call expireAssignment.",
  ],
  AnswerDeadlineNotPassed: ([jobId, before]) => [
    `The provider of job ${jobId} has until ${date(before)}.`,
    "Call expireAssignment after that.",
  ],
  JobStillOpen: ([jobId, before]) => [
    `Job ${jobId} can still be delivered, until ${date(before)}.`,
    "Refund it after that, or cancel it if it is yours and not yet in its open round.",
  ],
  JobNotOpen: ([jobId, before]) => [
    `Job ${jobId} is not open to every provider: its open round ends, or ended, at ${date(before)}.`,
    "Wait to be drawn for it, or look for another job with getOpenJobs.",
  ],
  JobInOpenRound: ([jobId, before]) => [
    `Job ${jobId} is open to every serving provider until ${date(before)}.`,
    "It cannot be cancelled now: a provider may be working on it. It is refunded after that if nobody delivers.",
  ],
  NotAssignedProvider: ([jobId, caller, provider]) => [
    `Job ${jobId} is assigned to ${provider}, not to ${caller}.`,
    "Only the provider that was drawn may answer or decline.",
  ],
  NotServing: ([jobId, caller]) => [
    `${caller} does not serve the version of job ${jobId} within its fee.`,
    "List the version (listModel) and set an ask in the job's token (setAsk) that is not above the fee.",
  ],
  NotRequester: ([jobId, caller, requester]) => [
    `Job ${jobId} belongs to ${requester}, not to ${caller}.`,
    "Only its requester may cancel a job.",
  ],
  NotPolicyOf: ([jobId, caller]) => [`${caller} is not the policy contract of job ${jobId}.`, INTERNAL],
  NotRequestDesk: ([caller]) => [`${caller} is not the request desk.`, INTERNAL],
  DeclineReasonInvalid: ([reason]) => [
    `${reason} is no reason to step back from a job.`,
    "Expected contentUnavailable, invalidProof or providerDeclined.",
  ],
  DeclinesUsedUp: ([provider]) => [
    `${provider} has stepped back from jobs as often as it may today (UTC).`,
    "Answer the job, or take a smaller capacity: a missed deadline costs the bond.",
  ],
  ProofInvalid: ([jobId]) => [
    `The proof does not hold for job ${jobId}.`,
    "It must be for this job, market, chain and provider (the binding), the job's input words, and the verifier's key.",
  ],
  BatchInvalid: () => [
    "At least one proof of the batch does not hold.",
    "Submit them one by one with submitProof: those that hold are settled.",
  ],
  BatchVersionMismatch: ([jobId, modelId, version]) => [
    `Job ${jobId} is not of version ${version} of model ${modelId}.`,
    "A batch holds jobs of one version: settle the others in a batch of their own.",
  ],
  BatchEmpty: () => ["The batch is empty.", "Pass one delivery or more."],
  PaymentsExceedFee: ([jobId, payments, fee]) => [
    `Payments of ${payments} units exceed the fee of job ${jobId}, ${fee}.`,
    INTERNAL,
  ],
  NothingClaimable: ([account, token]) => [
    `${account} has nothing to withdraw in ${asset(token)}.`,
    "getClaimable shows the balance.",
  ],
  RecipientInvalid: ([to]) => [
    `${to} cannot receive the money.`,
    "Pass an address that is neither zero nor the market.",
  ],
  ProtocolFeeTooHigh: ([bps, max]) => [
    `A protocol fee of ${percent(bps)} is too high.`,
    `At most ${percent(max)} is allowed.`,
  ],
  EtherTransferFailed: ([to]) => [`${to} did not accept the ETH.`, "Withdraw to an address that can receive ETH."],

  RequestExpired: ([deadline]) => [
    `The signature of the request held until ${date(deadline)}.`,
    "Have the requester sign it again with a later deadline.",
  ],
  RequestNotSigned: ([requester]) => [
    `The request is not signed by ${requester}.`,
    "It must be relayed exactly as it was signed, on the same chain, and before the requester cancelled it.",
  ],
  RelayedEtherNeedsBalance: () => [
    "A relayed request in ETH can only be paid from the requester's balance in the market.",
    "Have the requester deposit first and sign with fromBalance: true, or pay in a token.",
  ],
  SubscriptionUnknown: ([id]) => [`There is no subscription ${id}.`, "Its SubscriptionCreated event has the id."],
  SubscriptionTermsInvalid: ([interval, runs]) => [
    `${count(runs, "run")} every ${interval} seconds cannot be subscribed.`,
    "Expected 1 to 16,777,215 runs, and an interval of at least the desk's MIN_INTERVAL_SECONDS and below 2^32.",
  ],
  SubscriptionNotDue: ([id, next]) => [`Subscription ${id} is due at ${date(next)}.`, "Run it after that."],
  SubscriptionOver: ([id]) => [`Subscription ${id} is over.`, "All its runs were made, or it was cancelled."],
  SubscriptionMismatch: ([id]) => [
    `The request is not that of subscription ${id}.`,
    "Pass the request of its SubscriptionCreated event; runSubscription looks it up.",
  ],
  NotSubscriptionOwner: ([id, caller]) => [
    `Subscription ${id} does not belong to ${caller}.`,
    "Only its owner may cancel it.",
  ],
  SubscriptionEtherMismatch: ([sent, expected]) => [
    `${sent} wei were sent, ${expected} are expected.`,
    "Send exactly fee × runs with a subscription in ETH, and no ETH otherwise.",
  ],
  TooFewProviders: ([available, needed]) => [
    `${count(available, "provider")} of this version could be drawn now; ${needed} are needed.`,
    "Try another token, a smaller panel or another version, or wait until providers have a place free. " +
      "A new version has none until a provider lists it: `verimesh provider list <model> --ask <amount>`.",
  ],
} satisfies Partial<Explanations<ErrorName>>;
