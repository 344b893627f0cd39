import type { ErrorName, Explanations } from "./explanations.ts";
import { date, INTERNAL } from "./format.ts";

/** Errors of OpenZeppelin's contracts that can surface through Verimesh's. */
export const LIBRARY_EXPLANATIONS = {
  ERC20InsufficientAllowance: ([spender, allowance, needed]) => [
    `${spender} may take ${allowance} units of the token and needs ${needed}.`,
    'Approve it first, or pass tokenApproval: "permit" or "approve".',
  ],
  ERC20InsufficientBalance: ([sender, balance, needed]) => [
    `${sender} has ${balance} units of the token and needs ${needed}: ${needed - balance} are missing.`,
    "Send tokens to the account, or pay less.",
  ],
  ERC20InvalidApprover: ([account]) => [`${account} cannot approve tokens.`, INTERNAL],
  ERC20InvalidReceiver: ([account]) => [`${account} cannot receive tokens.`, "Pass an address that is not zero."],
  ERC20InvalidSender: ([account]) => [`${account} cannot send tokens.`, INTERNAL],
  ERC20InvalidSpender: ([account]) => [`${account} cannot be approved for tokens.`, INTERNAL],
  ERC2612ExpiredSignature: ([deadline]) => [
    `The permit expired at ${date(deadline)}.`,
    "Sign a new one; check the clock of this machine.",
  ],
  ERC2612InvalidSigner: ([signer, owner]) => [
    `The permit was signed by ${signer}, not by ${owner}.`,
    "Sign it with the account that pays, for this chain and nonce.",
  ],
  InvalidAccountNonce: ([account, nonce]) => [
    `The permit's nonce is not ${nonce}, the next of ${account}.`,
    "Read the nonce again and sign a new permit.",
  ],
  ECDSAInvalidSignature: () => [
    "The signature is not valid.",
    "Sign again; v, r and s must be those of one signature.",
  ],
  ECDSAInvalidSignatureLength: ([length]) => [`A signature of ${length} bytes is not valid.`, "Expected 65 bytes."],
  ECDSAInvalidSignatureS: () => [
    "The signature is malleable (s is in the upper half).",
    "Sign with a library that gives the low s.",
  ],
  StringTooLong: () => ["A name is too long for the contract.", INTERNAL],
  InvalidShortString: () => ["A name of the contract is malformed.", INTERNAL],

  ERC721NonexistentToken: ([tokenId]) => [
    `There is no model ${tokenId}.`,
    "getModels lists the models that are registered.",
  ],
  ERC721IncorrectOwner: ([sender, tokenId, owner]) => [
    `Model ${tokenId} belongs to ${owner}, not to ${sender}.`,
    "Transfer it from its holder.",
  ],
  ERC721InsufficientApproval: ([operator, tokenId]) => [
    `${operator} may not move model ${tokenId}.`,
    "Its holder must approve that first.",
  ],
  ERC721InvalidApprover: ([account]) => [`${account} cannot approve models.`, INTERNAL],
  ERC721InvalidOperator: ([account]) => [`${account} cannot be approved for models.`, INTERNAL],
  ERC721InvalidOwner: ([account]) => [`${account} cannot hold models.`, "Pass an address that is not zero."],
  ERC721InvalidReceiver: ([account]) => [
    `${account} cannot receive a model's token.`,
    "Pass an address that is not zero; a contract must implement IERC721Receiver.",
  ],
  ERC721InvalidSender: ([account]) => [`${account} cannot send models.`, INTERNAL],
  OwnableUnauthorizedAccount: ([account]) => [
    `${account} is not the owner of the contract.`,
    "Send it with the owner's account.",
  ],
  OwnableInvalidOwner: ([owner]) => [`${owner} cannot be the owner.`, "Pass an address that is not zero."],
  ReentrancyGuardReentrantCall: () => [
    "The contract was called from within one of its own calls.",
    "A callback or a token must not call the market; do so in a later transaction.",
  ],
  SafeERC20FailedOperation: ([token]) => [
    `A transfer of the token ${token} failed.`,
    "Check that it is an ERC-20, that the balance suffices and that the contract is approved.",
  ],
  SafeCastOverflowedUintDowncast: ([bits, value]) => [`${value} does not fit ${bits} bits.`, "Pass a smaller amount."],
  AccessControlUnauthorizedAccount: ([account, role]) => [
    `${account} does not have the role ${role}.`,
    "Roles are the timelock's: propose the call there, and execute it when its delay is over.",
  ],
  AccessControlBadConfirmation: () => ["A role can only be given up by its own account.", "Send it with that account."],
  AddressEmptyCode: ([target]) => [`There is no contract at ${target}.`, INTERNAL],
  FailedCall: () => [
    "A call within the transaction failed and did not say why.",
    "Check each call of the multicall on its own, and the gas limit.",
  ],
  CheckpointUnorderedInsertion: () => ["A change is older than the one before it.", INTERNAL],
  CloneArgumentsTooLong: () => [
    "The verification key is too long for a verifier.",
    "Expected a key with at most 32 public signals.",
  ],
  Create2EmptyBytecode: () => ["The contract to deploy is empty.", INTERNAL],
  FailedDeployment: () => [
    "The contract could not be deployed.",
    "Send the transaction with a higher gas limit, or none, so that it is estimated.",
  ],
  InsufficientBalance: ([balance, needed]) => [`The contract has ${balance} wei and needs ${needed}.`, INTERNAL],
} satisfies Partial<Explanations<ErrorName>>;
