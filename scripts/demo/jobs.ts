import { applyForCredit, readDecision, signCreditData } from "@verimesh/example-credit-desk/desk";
import { decodeOutput, type IntegerModel, type ModelManifest, requireProvable, runReference } from "@verimesh/core";
import {
  type Deployment,
  type JobPayment,
  prepareInput,
  type PreparedInput,
  type RequestJobParameters,
} from "@verimesh/sdk";
import type { HttpContentStore } from "@verimesh/storage";
import type { JobView } from "@verimesh/worker";
import { type Address, formatEther, parseEther, zeroAddress } from "viem";
import { PARTS, userOf, walletOf } from "./accounts.ts";
import type { JobReport } from "./report.ts";

/** A model on the local registry. */
export interface RegisteredModel {
  readonly name: string;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly manifest: ModelManifest;
  readonly model: IntegerModel;
  /** Held-out samples: real features and the index of the true class. */
  readonly samples: readonly { readonly features: Float32Array; readonly label: number }[];
}

export interface Stage {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly store: HttpContentStore;
  readonly statusUrls: readonly string[];
}

/** A job that was requested, and how its answer is told. */
export interface SentJob {
  readonly id: bigint;
  readonly registered: RegisteredModel;
  readonly input: PreparedInput;
  readonly token: Address;
  readonly requestGas: bigint;
  readonly tellAnswer: (output: number) => Promise<string>;
}

/** How a job is paid and settled: what `requestJob` takes beside model and input. */
export type JobOptions = Pick<RequestJobParameters, "fee"> &
  Partial<Omit<RequestJobParameters, "deployment" | "modelId" | "version" | "input" | "store" | "fee">>;

/** Asks the digits model about a held-out digit; in another token than ETH it pays by permit. */
export async function requestDigit(
  stage: Stage,
  registered: RegisteredModel,
  sample: number,
  options: JobOptions,
): Promise<SentJob> {
  const requester = userOf(stage.rpcUrl, PARTS.requester, stage.deployment);
  const { features, label } = registered.samples[sample]!;
  const input = prepareInput(registered.manifest, features, { clamp: true });
  const { modelId, version } = registered;
  const { jobId, receipt } = await requester.requestJob({ modelId, version, input, store: stage.store, ...options });
  return {
    id: jobId,
    registered,
    input,
    token: options.token ?? zeroAddress,
    requestGas: receipt.gasUsed,
    tellAnswer: (output) => Promise.resolve(`a ${output} (it is a ${label})`),
  };
}

/** Applies at the credit desk with an applicant's data, which the desk's data officer signs. */
export async function requestCredit(
  stage: Stage,
  registered: RegisteredModel,
  desk: Address,
  application: { readonly sample: number; readonly applicant: number },
): Promise<SentJob> {
  const officer = walletOf(stage.rpcUrl, PARTS.dataOfficer);
  const applicant = walletOf(stage.rpcUrl, application.applicant);
  const { features, label } = registered.samples[application.sample]!;
  const input = prepareInput(registered.manifest, features, { clamp: true });
  const { timestamp } = await officer.getBlock();
  const data = await signCreditData(officer, {
    desk,
    applicant: applicant.account.address,
    inputWords: input.inputWords,
    deadline: timestamp + 3600n,
  });
  const { jobId, gasUsed } = await applyForCredit(applicant, { desk, data, fee: parseEther("0.005") });
  return {
    id: jobId,
    registered,
    input,
    token: zeroAddress,
    requestGas: gasUsed,
    tellAnswer: async (output) => {
      const { status, limit } = await readDecision(applicant, desk, jobId);
      const decision = status === "granted" ? `granted ${formatEther(limit)} ETH` : status;
      return `score ${output}: ${decision} (${label === 1 ? "repaid" : "defaulted"})`;
    },
  };
}

/** Waits for a job's end and gathers what chain and worker tell of it. */
export async function reportJob(stage: Stage, sent: SentJob, signal: AbortSignal): Promise<JobReport> {
  const reader = userOf(stage.rpcUrl, PARTS.requester, stage.deployment);
  const { id, registered } = sent;
  const outcome = await reader.waitForJob({ jobId: id, pollingIntervalMs: 250, signal });
  if (outcome.status !== "settled") throw new Error(`Job ${id} was refunded: ${outcome.job.reason}.`);
  const { job, providers, proven } = outcome;
  const [payments, receipt, proof] = await Promise.all([
    reader.getPayments({ jobId: id }),
    reader.getTransactionReceipt({ hash: outcome.transactionHash }),
    proven ? reader.getProof({ jobId: id }) : undefined,
  ]);
  const output = firstOutput(outcome.outputWords, registered.manifest);
  const seconds = proven ? (await askWorkers(stage.statusUrls, id, signal)).seconds : undefined;
  const sum = (part: (payment: JobPayment) => bigint) => payments.reduce((total, payment) => total + part(payment), 0n);
  const paid = {
    provider: sum(({ providerAmount }) => providerAmount),
    royalty: sum(({ royaltyAmount }) => royaltyAmount),
    protocol: sum(({ protocolAmount }) => protocolAmount),
  };
  return {
    id: Number(id),
    model: registered.name,
    policy: job.policy,
    status: outcome.status,
    answer: await sent.tellAnswer(output),
    output,
    expected: runReference(registered.model, sent.input.bytes).output[0]!,
    provider: providers[0]!,
    providers,
    verifier: proof?.verifier ?? null,
    token: sent.token,
    paid: { ...paid, returned: job.fee - paid.provider - paid.royalty - paid.protocol },
    gas: { request: Number(sent.requestGas), submit: Number(receipt.gasUsed) },
    constraints: requireProvable(registered.manifest).circuit.constraints,
    seconds: seconds ? { witness: seconds.witness ?? 0, prove: seconds.prove ?? 0, total: seconds.total ?? 0 } : null,
  };
}

function firstOutput(words: readonly bigint[], manifest: ModelManifest): number {
  const decoded = decodeOutput(words, manifest.output);
  if (decoded.kind === "argmax") return decoded.index;
  return (decoded.kind === "topK" ? decoded.indices : decoded.integers)[0]!;
}

/** The view of the worker that did the job. */
async function askWorkers(statusUrls: readonly string[], jobId: bigint, signal: AbortSignal): Promise<JobView> {
  for (;;) {
    signal.throwIfAborted();
    for (const url of statusUrls) {
      const response = await fetch(`${url}/jobs/${jobId}`);
      if (!response.ok) continue;
      const view = (await response.json()) as JobView;
      if (view.phase === "settled") return view;
    }
    // The market has paid before the worker has seen it.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
