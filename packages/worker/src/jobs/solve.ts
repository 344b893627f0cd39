import { jobBinding, publicSignals, circuitInputs, toSolidityProof, VerimeshError, type Prover } from "@verimesh/core";
import type { Deployment } from "@verimesh/sdk";
import type { Address } from "viem";
import type { PreparedModel } from "../models/PreparedModel.ts";

export interface Solution {
  readonly outputWords: readonly bigint[];
  readonly proof: readonly bigint[];
  readonly seconds: { readonly execute: number; readonly witness: number; readonly prove: number };
}

export interface SolveParameters {
  readonly prepared: PreparedModel;
  readonly input: Uint8Array;
  readonly jobId: bigint;
  readonly deployment: Deployment;
  readonly provider: Address;
  readonly prover: Prover;
  readonly signal: AbortSignal;
  readonly onExecuted?: (outputWords: readonly bigint[], seconds: number) => Promise<void>;
}

/**
 * Runs the model, proves the run for this job and this provider, and verifies the proof, so that nothing is submitted
 * which the contract would refuse.
 *
 * @throws VerimeshError PROOF_NOT_VALID if the proof does not verify, or is about something else; what the prover throws
 */
export async function solve(parameters: SolveParameters): Promise<Solution> {
  const { prepared, input, jobId, deployment, provider, prover, signal } = parameters;
  const { model, manifest, verificationKey, provingKey, witnessCalculator } = prepared;
  const started = performance.now();
  const trace = await prepared.run(input);
  const execute = (performance.now() - started) / 1000;
  const binding = jobBinding({ chainId: deployment.chainId, market: deployment.jobMarket, jobId, provider });
  const expected = publicSignals(model, trace, binding);
  const outputWords = expected.slice(0, manifest.circuit.outputWords);
  await parameters.onExecuted?.(outputWords, execute);

  const inputs = circuitInputs(model, trace, binding);
  const proven = await prover.prove({ provingKey, witnessCalculator, inputs }, { signal });
  const same =
    proven.publicSignals.length === expected.length && proven.publicSignals.every((value, i) => value === expected[i]);
  if (!same) notValid("It proves other public signals than those of this run.");
  if (!(await prover.verify(verificationKey, expected, proven.proof))) {
    notValid("It does not verify under the model's verification key.");
  }
  const seconds = { execute, witness: proven.witnessSeconds, prove: proven.proveSeconds };
  return { outputWords, proof: toSolidityProof(proven.proof), seconds };
}

function notValid(details: string): never {
  throw new VerimeshError("The model's proving key gave a proof that is not valid.", {
    code: "PROOF_NOT_VALID",
    details,
  });
}
