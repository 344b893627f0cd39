import {
  encodeVerificationKey,
  fromSolidityProof,
  requireProvable,
  VerimeshError,
  verificationKeyFromJson,
} from "@verimesh/core";
import { verifierRegistryAbi } from "@verimesh/sdk";
import { type ContentStore, parseCid } from "@verimesh/storage";
import { type Address, isAddressEqual } from "viem";
import type { Reader } from "./Context.ts";

export interface ProofCheck {
  /** All of what follows. */
  readonly valid: boolean;
  /** snarkjs, here, against the key that the manifest names. */
  readonly snarkjs: boolean;
  /** That key gives the address of the verifier of the job's version. */
  readonly keyMatchesVerifier: boolean;
  /** `eth_call` to the deployed verifier, which the registry deployed and the job's version names. */
  readonly contract: boolean;
  readonly verifier: Address;
  readonly provider: Address;
  readonly outputWords: readonly bigint[];
  readonly publicSignals: readonly bigint[];
}

/**
 * Checks the proof of a settled job in two ways that share nothing but the chain's data.
 *
 * @throws VerimeshError JobUnknown, JOB_NOT_SETTLED, and those of the store
 */
export async function checkProof(
  { client, deployment }: Pick<Reader, "client" | "deployment">,
  store: ContentStore,
  jobId: bigint,
  signal: AbortSignal,
): Promise<ProofCheck> {
  const onChain = await client.verifyOnChain({ jobId, signal });
  const { version } = await client.getJob({ jobId, signal });
  const { modelId } = onChain;
  const manifest = requireProvable(await client.getManifest({ modelId, version, store, signal }));
  const keyBytes = await store.get(parseCid(manifest.files.verificationKey), { signal, maxBytes: 1024 * 1024 });
  const key = parseKey(keyBytes);
  const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = await client.readContract({ ...registry, functionName: "GROTH16_BN254" });
  const args = [proofSystem, encodeVerificationKey(key)] as const;
  const derived = await client.readContract({ ...registry, functionName: "predictVerifier", args });

  const keyMatchesVerifier = isAddressEqual(derived, onChain.versionVerifier);
  // snarkjs is large; commands that do not verify start faster without it.
  const { verifyProof } = await import("@verimesh/prover");
  const snarkjs = await verifyProof(key, onChain.publicSignals, fromSolidityProof(onChain.proof));
  const { valid: contract, verifier, provider, outputWords, publicSignals } = onChain;
  const valid = snarkjs && keyMatchesVerifier && contract;
  return { valid, snarkjs, keyMatchesVerifier, contract, verifier, provider, outputWords, publicSignals };
}

function parseKey(bytes: Uint8Array) {
  try {
    return verificationKeyFromJson(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    if (cause instanceof VerimeshError) throw cause;
    throw new VerimeshError("The manifest's verification key is not JSON.", { code: "MANIFEST_INVALID", cause });
  }
}
