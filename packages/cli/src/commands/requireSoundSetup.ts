import {
  decodeVerificationKey,
  isProvable,
  type ModelManifest,
  type ProvableManifest,
  VerimeshError,
} from "@verimesh/core";
import { groth16VerifierAbi } from "@verimesh/sdk";
import { type ContentStore, parseCid } from "@verimesh/storage";
import { type Address, isAddressEqual, type PublicClient, zeroAddress } from "viem";

/** Chains where nothing is at stake. */
export const LOCAL_CHAINS: readonly number[] = [1337, 31337];

export interface SetupInUse {
  readonly chainId: number;
  /** The verifier that settles the model's jobs: the key that counts is the one it holds. */
  readonly verifier: Address;
  readonly client: Pick<PublicClient, "readContract">;
  readonly store: ContentStore;
  readonly signal: AbortSignal;
  readonly allowInsecureSetup?: boolean | undefined;
}

/**
 * Whoever made a model's key alone could have kept what forges proofs. So outside local chains a key must be of a
 * ceremony whose transcript holds against the verifier's own key; or the requester says that another will do. What a
 * transcript cannot show, that the ceremony was one for this circuit, `verimesh audit model` does.
 *
 * @throws VerimeshError SETUP_INSECURE; those of the store
 */
export async function requireSoundSetup(manifest: ModelManifest, setup: SetupInUse): Promise<void> {
  if (setup.allowInsecureSetup === true || LOCAL_CHAINS.includes(setup.chainId)) return;
  // Nothing is proved where there is no circuit or no verifier, so no key can forge it.
  if (!isProvable(manifest) || isAddressEqual(setup.verifier, zeroAddress)) return;
  if (manifest.setup.kind === "insecure-dev") refuse(manifest, "is a development key");
  await requireCeremony(manifest, manifest.setup.transcript, setup);
}

async function requireCeremony(
  manifest: ProvableManifest,
  cid: string,
  { verifier, client, store, signal }: SetupInUse,
): Promise<void> {
  // snarkjs is large: commands that ask for nothing start faster without it.
  const { checkTranscript, MAX_TRANSCRIPT_BYTES, parseTranscript } = await import("@verimesh/prover");
  const transcript = await store.get(parseCid(cid), { signal, maxBytes: MAX_TRANSCRIPT_BYTES });
  const { r1csHash: r1csSha256 } = manifest.circuit;
  try {
    // What is no transcript is refused before the chain is asked.
    parseTranscript(transcript);
    const encoded = await client.readContract({
      ...{ address: verifier, abi: groth16VerifierAbi, functionName: "verificationKey" },
    });
    const verificationKey = decodeVerificationKey(encoded);
    await checkTranscript(transcript, { r1csSha256, verificationKey }, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof VerimeshError)) throw cause;
    refuse(manifest, "is said to come from a ceremony, which its transcript does not show", cause);
  }
}

function refuse({ name }: ModelManifest, what: string, cause?: VerimeshError): never {
  const why = cause ? `${cause.shortMessage} ` : "";
  throw new VerimeshError(`The key of "${name}" ${what}: its maker may be able to forge answers.`, {
    code: "SETUP_INSECURE",
    details: `${why}If you trust its author, pass --allow-insecure-setup.`,
    cause,
  });
}
