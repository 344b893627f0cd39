import type { ErrorName, Explanations } from "./explanations.ts";
import { asset, date, INTERNAL, percent } from "./format.ts";

/** Errors of staking and of the draw. */
export const PROVIDER_EXPLANATIONS = {
  StakeAmountZero: () => ["The amount is zero.", "Pass an amount above zero, in units of the stake token."],
  StakeInsufficient: ([provider, free, needed]) => [
    `${provider} has ${free} units of free stake and needs ${needed}.`,
    `Stake ${needed > free ? needed - free : 0n} more units, or wait until the bonds of running jobs are released: ` +
      "until then a provider also leaves as much of its own as its delegators have.",
  ],
  PositionInsufficient: ([provider, account, available, needed]) => [
    `${account} has ${available} units in the pool of ${provider} and asked for ${needed}.`,
    "Ask for less: a slash makes every share worth less.",
  ],
  ProviderHasNoStake: ([provider]) => [
    `${provider} has no stake of its own.`,
    "Delegate to a provider that puts up stake itself.",
  ],
  DelegationAboveOwnStake: ([provider, room]) => [
    `Others can delegate ${room} more units to ${provider}: all of theirs must be covered by its own stake.`,
    "Delegate less, or to a provider with more stake of its own: half of what its faults cost must be its own loss.",
  ],
  OwnStakeBelowDelegated: ([provider, ownStake, delegated]) => [
    `${provider} has ${ownStake} units of its own, and others have ${delegated} in its pool.`,
    `Stake ${delegated - ownStake} more units to take jobs, or wait until delegators have withdrawn theirs.`,
  ],
  UnbondingNotReady: ([, readyAt]) => [
    `The stake is still unbonding, until ${date(readyAt)}.`,
    "Withdraw it after that.",
  ],
  NothingUnbonding: ([account]) => [`${account} has no stake that is unbonding.`, "Call requestUnstake first."],
  CommissionTooHigh: ([bps, max]) => [
    `A commission of ${percent(bps)} is too high.`,
    `At most ${percent(max)} is allowed.`,
  ],
  CallerNotProtocol: ([caller]) => [`${caller} is not a contract of the protocol.`, INTERNAL],
  NothingToWithdraw: ([account]) => [
    `${account} has no share of slashed bonds to withdraw.`,
    "There is nothing to do.",
  ],
  NoEarnings: ([provider, account, token]) => [
    `${account} has no share of what ${provider} earned in ${asset(token)}.`,
    "Earnings are shared when a job of the provider is settled. There is nothing to do.",
  ],
  TooManyEarningTokens: ([, max]) => [
    `A provider can take at most ${max} tokens.`,
    "Each token that was ever accepted counts. Ask for one of those.",
  ],
  BondNotLocked: () => ["The bond is not locked.", INTERNAL],
  StakingAddressZero: () => ["An address of the staking contract is zero.", "Pass the stake token and the treasury."],

  AlreadyListed: ([provider, modelId, version]) => [
    `${provider} already serves version ${version} of model ${modelId}.`,
    "Call syncWeight to bring its weight to its stake of now, or unlistModel first to change the listing.",
  ],
  NotListed: ([provider, modelId, version]) => [
    `${provider} does not serve version ${version} of model ${modelId}.`,
    "List it with listModel first.",
  ],
  ListingStakeTooLow: ([provider, stake, needed]) => [
    `${provider} has ${stake} units of stake; listing a version needs ${needed}.`,
    "Stake at least one bond first.",
  ],
  AskTooHigh: ([ask]) => [`An ask of ${ask} units is too high.`, "The ask must be below 2^96 units."],
  MinAnswerSecondsTooLong: ([seconds, max]) => [
    `No job gives ${seconds} seconds to answer.`,
    `Pass at most ${max}: with more the provider would never be drawn.`,
  ],
  AskChangedRecently: ([block]) => [
    `The ask was changed a short while ago and can be changed again at block ${block}.`,
    "Try again then: an ask stands for some blocks, so that no draw under way is steered by it.",
  ],
  DrawTooEarly: ([seedBlock]) => [
    `Block ${seedBlock}, whose randomness draws, is not there yet, or is the chain's newest.`,
    "Try again one block after it.",
  ],
  HeaderMismatch: ([seedBlock]) => [
    `The header is not that of block ${seedBlock}.`,
    "The chain may have been reorganised: fetch it again. assignJob and drawPanel do so.",
  ],
  HeaderMalformed: ([seedBlock]) => [
    `The header of block ${seedBlock} has no RANDAO value where it should be.`,
    "This chain's headers have a form of their own: the protocol's draws do not work on it.",
  ],
  SelectionAddressZero: () => ["An address of the selection contract is zero.", "Pass the registry and the staking."],
  NotDeployer: ([caller]) => [
    `${caller} did not deploy the contract.`,
    "Only the deployer may connect the protocol's contracts, once.",
  ],
  AlreadyConnected: () => [
    "The contract is connected to the others already.",
    "The protocol's contracts are connected once, by the deployer.",
  ],
  SelectionCallerNotProtocol: ([caller]) => [`${caller} is not a contract of the protocol.`, INTERNAL],
} satisfies Partial<Explanations<ErrorName>>;
