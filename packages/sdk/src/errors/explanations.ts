import type { verimeshErrorsAbi } from "@verimesh/abi";
import type { ContractErrorArgs, ContractErrorName } from "viem";
import { asset, date, INTERNAL, percent } from "./format.ts";
import { LIBRARY_EXPLANATIONS } from "./libraryExplanations.ts";

/** What was wrong; what was expected and what to do. */
export type Explanation = readonly [shortMessage: string, details: string];
export type ErrorName = ContractErrorName<typeof verimeshErrorsAbi>;
export type Explanations<names extends ErrorName> = {
  readonly [name in names]: (args: ContractErrorArgs<typeof verimeshErrorsAbi, name>) => Explanation;
};

const STATUS = ["unknown", "requested", "assigned", "settled", "refunded"];
const VERSIONS = "getModel lists a model's versions and which of them are deprecated.";

/** Every error of Verimesh's own contracts; the type makes a missing or surplus one a compile error. */
const PROTOCOL_EXPLANATIONS: Explanations<Exclude<ErrorName, keyof typeof LIBRARY_EXPLANATIONS>> = {
  ModelUnknown: ([modelId]) => [`There is no model ${modelId}.`, "getModels lists the models that are registered."],
  VersionUnknown: ([modelId, version]) => [`Model ${modelId} has no version ${version}.`, VERSIONS],
  VersionIsDeprecated: ([modelId, version]) => [
    `Version ${version} of model ${modelId} is deprecated and takes no new jobs.`,
    VERSIONS,
  ],
  NotModelHolder: ([modelId, caller]) => [
    `${caller} does not hold model ${modelId}.`,
    "Only the holder of the model's token may publish, deprecate or set its royalty.",
  ],
  VerifierNotRegistered: ([verifier]) => [
    `${verifier} is not a verifier of the registry.`,
    "Deploy it from the verification key with the VerifierRegistry; registerModel does so.",
  ],
  VerifierIsRetired: ([verifier]) => [
    `The proof system of verifier ${verifier} is retired.`,
    "Publish the model with a proof system that is still open.",
  ],
  WordCountInvalid: ([outputs, inputs, signals]) => [
    `${outputs} output and ${inputs} input words do not fit a key of ${signals} public signals.`,
    "Expected output words + input words + 1 public signals, 1 to 4 output words and at least 1 input word.",
  ],
  ManifestCidInvalid: ([length]) => [
    `A manifest CID of ${length} bytes is not accepted.`,
    "Expected a binary CIDv1 of 4 to 64 bytes.",
  ],
  RoyaltyTooHigh: ([bps, max]) => [`A royalty of ${percent(bps)} is too high.`, `At most ${percent(max)} is allowed.`],
  ModelNameInvalid: ([length]) => [
    `A model name of ${length} bytes is not accepted.`,
    "Expected 1 to 64 bytes of UTF-8.",
  ],
  ImplementationNotContract: ([implementation]) => [`There is no contract at ${implementation}.`, INTERNAL],
  ProofSystemUnknown: ([proofSystem]) => [
    `The registry does not know the proof system ${proofSystem}.`,
    'Expected keccak256("groth16-bn254").',
  ],
  ProofSystemIsRetired: ([proofSystem]) => [
    `The proof system ${proofSystem} is retired.`,
    "Verifiers that are deployed keep working; new ones need another proof system.",
  ],
  ProofSystemExists: ([proofSystem]) => [
    `The proof system ${proofSystem} exists and cannot be replaced.`,
    "Add the new one under another name.",
  ],
  VerificationKeyLengthInvalid: ([length]) => [
    `A verification key of ${length} bytes is not accepted.`,
    "Expected 448 + 64 · (signals + 1) bytes, with 1 to 32 signals.",
  ],
  VerificationKeyPointInvalid: ([index]) => [
    `${["alpha", "beta", "gamma", "delta"][Number(index)] ?? `IC[${index - 4n}]`} of the verification key is not a valid point.`,
    "Expected a point of the right subgroup that is not at infinity. Encode the key with encodeVerificationKey.",
  ],
  VerificationKeyDegenerate: () => [
    "The verification key's gamma and delta are the same up to sign.",
    "Anyone could forge proofs under it: run the setup to its end, with its own delta.",
  ],
  VerifierGasTooLow: ([available, needed]) => [
    `The verification needs ${needed} gas, ${available} was supplied.`,
    "Send the transaction with a higher gas limit, or none, so that it is estimated.",
  ],
  StakeAmountZero: () => ["The amount is zero.", "Pass an amount above zero, in units of the stake token."],
  StakeInsufficient: ([provider, free, needed]) => [
    `${provider} has ${free} units of free stake and needs ${needed}.`,
    `Stake ${needed > free ? needed - free : 0n} more units, or wait until the bonds of running jobs are released.`,
  ],
  UnbondingNotReady: ([, readyAt]) => [
    `The stake is still unbonding, until ${date(readyAt)}.`,
    "Withdraw it after that.",
  ],
  NothingUnbonding: ([provider]) => [`${provider} has no stake that is unbonding.`, "Call requestUnstake first."],
  NothingToWithdraw: ([account]) => [
    `${account} has no share of slashed bonds to withdraw.`,
    "There is nothing to do.",
  ],
  BondNotLocked: () => ["The bond is not locked.", INTERNAL],
  MarketAlreadySet: ([market]) => [
    `The staking contract already belongs to market ${market}.`,
    "The market is set once, by the deployer.",
  ],
  NotMarket: ([caller]) => [`${caller} is not the market.`, INTERNAL],
  NotDeployer: ([caller]) => [
    `${caller} did not deploy the contract.`,
    "Only the deployer may connect it to the market, once.",
  ],
  StakingAddressZero: () => ["An address of the staking contract is zero.", "Pass the stake token and the treasury."],
  JobUnknown: ([jobId]) => [
    `There is no job ${jobId}.`,
    "Job ids start at 1; the request's JobRequested event has the id.",
  ],
  JobNotInStatus: ([jobId, status, expected]) => [
    `Job ${jobId} is ${STATUS[status] ?? status}; this needs a job that is ${STATUS[expected] ?? expected}.`,
    "Someone else may have been first. getJob shows where the job stands.",
  ],
  FeeZero: () => ["The fee is zero.", "Pass a fee above zero; quoteJob shows how it is split."],
  FeeTooHigh: ([fee]) => [`A fee of ${fee} units is too high.`, "The fee must be below 2^96 units."],
  EtherAmountMismatch: ([sent, expected]) => [
    `${sent} wei were sent, ${expected} are expected.`,
    "Send exactly the fee with an ETH job, and no ETH with a token job.",
  ],
  TokenAmountMismatch: ([token, received, expected]) => [
    `The token ${token} delivered ${received} units instead of ${expected}.`,
    "Tokens that take a fee on transfer are not accepted; pay in ETH or another token.",
  ],
  DurationInvalid: ([seconds, min, max]) => [
    `A duration of ${seconds} seconds is not accepted.`,
    `Expected ${min} to ${max} seconds.`,
  ],
  InputWordCountMismatch: ([count, expected]) => [
    `The input has ${count} words; the model's version takes ${expected}.`,
    "Prepare the input with prepareInput and the manifest of this very version.",
  ],
  OutputWordCountMismatch: ([count, expected]) => [
    `The answer has ${count} words; expected ${expected}.`,
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
  CallbackGasTooHigh: ([gas, max]) => [`A callback with ${gas} gas is not accepted.`, `At most ${max} gas.`],
  CallbackNotContract: ([callback]) => [
    `The callback ${callback} is not a contract.`,
    "Pass a contract that implements IJobCallback, or none.",
  ],
  CallbackGasUnavailable: ([, available, needed]) => [
    `The job's callback needs ${needed} gas, ${available} would be left.`,
    "Send the transaction with a higher gas limit.",
  ],
  ClaimWindowClosed: ([jobId, before]) => [
    `Job ${jobId} could be claimed until ${date(before)}.`,
    "It can only be refunded now, with refundJob.",
  ],
  ProveDeadlinePassed: ([jobId, before]) => [
    `The proof of job ${jobId} was due at ${date(before)}.`,
    "The claim is lost; anyone may call expireClaim.",
  ],
  ProveDeadlineNotPassed: ([jobId, before]) => [
    `The provider of job ${jobId} has until ${date(before)}.`,
    "Call expireClaim after that.",
  ],
  JobStillOpen: ([jobId, before]) => [
    `Job ${jobId} can still be claimed, until ${date(before)}.`,
    "Refund it after that, or cancel it if it is yours.",
  ],
  NotAssignedProvider: ([jobId, caller, provider]) => [
    `Job ${jobId} is assigned to ${provider}, not to ${caller}.`,
    "Only the provider that claimed a job may submit its proof.",
  ],
  NotRequester: ([jobId, caller, requester]) => [
    `Job ${jobId} belongs to ${requester}, not to ${caller}.`,
    "Only its requester may cancel a job.",
  ],
  ProofInvalid: ([jobId]) => [
    `The proof does not hold for job ${jobId}.`,
    "It must be for this job, market, chain and provider (the binding), the job's input words, and the verifier's key.",
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
};

const EXPLANATIONS = { ...PROTOCOL_EXPLANATIONS, ...LIBRARY_EXPLANATIONS };

/** Plain words for a contract error; a name that is not in the table is shown with its values. */
export function explain(name: string, args: readonly unknown[]): Explanation {
  const explanation = (EXPLANATIONS as Readonly<Record<string, ((args: never) => Explanation) | undefined>>)[name];
  return (
    explanation?.(args as never) ?? [
      `The contract refused: ${name}(${args.join(", ")}).`,
      "The error has no explanation yet.",
    ]
  );
}

/** Names that the table explains. */
export const EXPLAINED_ERRORS: readonly string[] = Object.keys(EXPLANATIONS);
