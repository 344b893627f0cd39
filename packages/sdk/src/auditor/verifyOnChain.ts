import { groth16VerifierAbi, modelRegistryAbi, verifierRegistryAbi } from "@verimesh/abi";
import type { Address } from "viem";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getJob } from "../requester/getJob.ts";
import { getProof, type JobProof } from "./getProof.ts";

export interface VerifyOnChainParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface VerifyOnChainReturnType extends JobProof {
  /** All of what follows. */
  readonly valid: boolean;
  /** The verifier of the job's version accepts the proof for the job's public signals. */
  readonly proofValid: boolean;
  /** The event's verifier is that of the job's version, and the registry deployed it. */
  readonly verifierValid: boolean;
  /** The verifier of the version that the job names. */
  readonly versionVerifier: Address;
}

/**
 * Asks the deployed verifier again (`eth_call`) whether a settled job's proof holds, and the registries whether it is the
 * right verifier.
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_SETTLED`, `JOB_NOT_PROVEN`, `RPC_UNREACHABLE`
 * @example
 * const { valid } = await verifyOnChain(client, { deployment, jobId });
 */
export async function verifyOnChain(
  client: VerimeshClient,
  parameters: VerifyOnChainParameters,
): Promise<VerifyOnChainReturnType> {
  const { deployment, signal } = parameters;
  const record = await getProof(client, parameters);
  const { modelId, version } = await getJob(client, { deployment, jobId: record.jobId, signal });
  const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const { verifier } = await read(client, { ...models, functionName: "versionOf", args: [modelId, version] }, signal);
  const [registered, proofValid] = await Promise.all([
    read(client, { ...verifiers, functionName: "isVerifier", args: [verifier] }, signal),
    read(
      client,
      {
        address: verifier,
        abi: groth16VerifierAbi,
        functionName: "verifyProof",
        args: [record.proof, record.publicSignals],
      },
      signal,
    ),
  ]);
  const verifierValid = registered && verifier === record.verifier;
  return { ...record, valid: proofValid && verifierValid, proofValid, verifierValid, versionVerifier: verifier };
}
