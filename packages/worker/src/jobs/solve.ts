import {
  circuitInputs,
  jobBinding,
  outputPackingOf,
  outputWords,
  packOutputs,
  publicSignals,
  toSolidityProof,
  VerimeshError,
  type SaltedInput,
  type Prover,
  type SolidityProof,
  type Trace,
} from "@verimesh/core";
import type { Deployment } from "@verimesh/sdk";
import type { Address } from "viem";
import type { PreparedModel } from "../models/PreparedModel.ts";

/** A run of the model: the answer, and what a proof of it needs. */
export interface Run {
  readonly trace: Trace;
  readonly outputWords: readonly bigint[];
  readonly seconds: number;
}

export async function runModel(prepared: PreparedModel, { bytes, salt }: SaltedInput): Promise<Run> {
  const started = performance.now();
  const trace = await prepared.run(bytes);
  const packed = packOutputs(trace.output, outputPackingOf(prepared.model));
  const words = outputWords(packed, { hides: prepared.model.hides, salt });
  return { trace, outputWords: words, seconds: (performance.now() - started) / 1000 };
}

export interface ProveParameters {
  readonly prepared: PreparedModel;
  readonly trace: Trace;
  /** Of the input, if the model hides anything. */
  readonly salt: bigint | undefined;
  readonly jobId: bigint;
  readonly deployment: Deployment;
  readonly provider: Address;
  readonly prover: Prover;
  readonly signal: AbortSignal;
}

export interface ProvenRun {
  readonly proof: SolidityProof;
  readonly seconds: { readonly witness: number; readonly prove: number };
}

/**
 * Proves a run for this job and this provider, and verifies the proof, so that nothing is submitted which the contract
 * would refuse.
 *
 * @throws VerimeshError CIRCUIT_MISSING if the version has none; PROOF_NOT_VALID if the proof does not verify, or is about
 * something else; what the prover throws
 */
export async function proveRun(parameters: ProveParameters): Promise<ProvenRun> {
  const { prepared, trace, salt, jobId, deployment, provider, prover, signal } = parameters;
  const { model, proving } = prepared;
  if (!proving) throw new VerimeshError("The version has no circuit.", { code: "CIRCUIT_MISSING" });
  const { verificationKey, provingKey, witnessCalculator } = proving;
  const binding = jobBinding({ chainId: deployment.chainId, market: deployment.jobMarket, jobId, provider });
  const expected = publicSignals(model, trace, binding, salt);
  const inputs = circuitInputs(model, trace, binding, salt);
  const proven = await prover.prove({ provingKey, witnessCalculator, inputs }, { signal });
  const same =
    proven.publicSignals.length === expected.length && proven.publicSignals.every((value, i) => value === expected[i]);
  if (!same) notValid("It proves other public signals than those of this run.");
  if (!(await prover.verify(verificationKey, expected, proven.proof))) {
    notValid("It does not verify under the model's verification key.");
  }
  const seconds = { witness: proven.witnessSeconds, prove: proven.proveSeconds };
  return { proof: toSolidityProof(proven.proof), seconds };
}

function notValid(details: string): never {
  throw new VerimeshError("The model's proving key gave a proof that is not valid.", {
    code: "PROOF_NOT_VALID",
    details,
  });
}
