import {
  encodeVerificationKey,
  fromSolidityProof,
  isProvable,
  jobBinding,
  type ModelManifest,
  type VerificationKey,
} from "@verimesh/core";
import { groth16VerifierAbi, modelRegistryAbi, verifierRegistryAbi } from "@verimesh/sdk";
import { isAddressEqual, keccak256 } from "viem";
import { type AuditContext, fetchFile, readChain } from "./AuditContext.ts";
import { parseKey } from "./auditKeys.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import { findProof } from "./findProof.ts";
import { type JobFacts, marketOf } from "./JobFacts.ts";

const MIB = 2 ** 20;

/** The proof that settled a job: its public signals built anew, verified here and by the deployed verifier. */
export async function auditProof(
  context: AuditContext,
  facts: JobFacts,
  manifest: ModelManifest | undefined,
): Promise<void> {
  const { findings, deployment } = context;
  const { job, jobId } = facts;
  const found = await findings.derive("proof", async () => {
    const value = await findProof(context, facts);
    const from = value.verifier === undefined ? "of the call that defended the answer" : "of the market's event";
    return { value, detail: from };
  });
  if (found === undefined) {
    for (const check of ["verifier", "public signals", "proof, checked here", "proof, checked on the chain"]) {
      findings.skip(check, "there is no proof");
    }
    return;
  }
  const verifier = await findings.derive("verifier", async () => {
    const registry = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
    const versionArgs = [job.modelId, job.version] as const;
    const entry = await readChain(context, { ...registry, functionName: "versionOf", args: versionArgs });
    requireEqual("the proof's model", found.modelId, job.modelId);
    if (found.verifier !== undefined && !isAddressEqual(entry.verifier, found.verifier)) {
      mismatch(`${found.verifier} verified it; the version's verifier is ${entry.verifier}`);
    }
    const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
    const known = await readChain(context, { ...verifiers, functionName: "isVerifier", args: [entry.verifier] });
    if (!known) mismatch(`the registry has not deployed ${entry.verifier}`);
    return { value: entry.verifier, detail: `${entry.verifier}, of the job's version` };
  });

  const signals = await findings.derive("public signals", async () => {
    requireEqual("the provider", found.provider, job.provider);
    requireEqual("the proven input", found.inputWords.join(), facts.inputWords.join());
    requireEqual("the proven answer", found.outputWords.join(), facts.outputWords?.join());
    requireEqual("the number of output words", found.outputWords.length, job.outputWords);
    const { chainId, jobMarket: market } = deployment;
    const binding = jobBinding({ chainId, market, jobId, provider: job.provider });
    const call = { ...marketOf(context), functionName: "bindingOf", args: [jobId, job.provider] } as const;
    requireEqual("the market's binding", await readChain(context, call), binding);
    const value = [...found.outputWords, ...facts.inputWords, binding];
    return { value, detail: `${value.length}: answer, input of the request, binding to job and provider` };
  });

  await findings.check("proof, checked here", async () => {
    if (signals === undefined || verifier === undefined) return mismatch("there is nothing to check it with");
    if (manifest === undefined || !isProvable(manifest)) return mismatch("the manifest has no verification key");
    const key = parseKey(await fetchFile(context, manifest.files.verificationKey, MIB));
    await requireVerifierOf(context, key, verifier);
    const { verifyProof } = await import("@verimesh/prover");
    if (!(await verifyProof(key, signals, fromSolidityProof(found.proof)))) mismatch("it does not hold");
    return "holds under the manifest's key, which is the verifier's";
  });

  await findings.check("proof, checked on the chain", async () => {
    if (signals === undefined || verifier === undefined) return mismatch("there is nothing to check it with");
    const call = { address: verifier, abi: groth16VerifierAbi, functionName: "verifyProof" } as const;
    if (!(await readChain(context, { ...call, args: [found.proof, signals] }))) mismatch("the verifier refuses it");
    return "the deployed verifier accepts it";
  });
}

async function requireVerifierOf(context: AuditContext, key: VerificationKey, verifier: `0x${string}`): Promise<void> {
  const registry = { address: context.deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const proofSystem = keccak256(new TextEncoder().encode("groth16-bn254"));
  const args = [proofSystem, encodeVerificationKey(key)] as const;
  const derived = await readChain(context, { ...registry, functionName: "predictVerifier", args });
  if (!isAddressEqual(derived, verifier)) mismatch(`the manifest's key gives the verifier ${derived}, not ${verifier}`);
}
