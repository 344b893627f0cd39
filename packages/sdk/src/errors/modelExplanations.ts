import type { ErrorName, Explanations } from "./explanations.ts";
import { INTERNAL, percent } from "./format.ts";

const VERSIONS = "getModel lists a model's versions and which of them are deprecated.";

/** Errors of the registries of models and verifiers, and of the verifier. */
export const MODEL_EXPLANATIONS = {
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
  WordCountInvalid: ([outputs, inputs, signals]) => [
    `${outputs} output and ${inputs} input words do not fit ${signals === 0n ? "a version" : `a key of ${signals} public signals`}.`,
    "Expected 1 to 4 output words, at least 1 input word and, with a key, output words + input words + 1 public signals.",
  ],
} satisfies Partial<Explanations<ErrorName>>;
