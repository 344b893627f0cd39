import { VerimeshError } from "@verimesh/core";
import { decodeAnswer } from "@verimesh/sdk";
import { amountText, answerJson, answerText, timeText } from "../output/format.ts";
import { connect, type Context, type Reader } from "./Context.ts";
import { optionalStore } from "./manifests.ts";

/** Shows where a job stands, and its answer once it is settled. */
export async function showJob(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { client } = await connect(context);
  const job = await client.getJob({ jobId, signal });
  const model = await client.getModel({ modelId: job.modelId, signal });
  const proof = job.status === "settled" ? await client.getProof({ jobId, signal }) : undefined;
  const [payment] = proof ? await client.getPayments({ jobId, signal }) : [];
  const answer = proof && (await readAnswer(context, client, job, proof.outputWords));

  out.facts({
    Job: String(jobId),
    Model: `${model.name} (${job.modelId}), version ${job.version}`,
    Status: job.reason === "none" ? job.status : `${job.status} (${job.reason})`,
    Answer: answer && answerText(answer),
    Requester: job.requester,
    Provider: /^0x0+$/.test(job.provider) ? undefined : job.provider,
    Fee: amountText(job.fee, job.token),
    "Paid to provider": payment && amountText(payment.providerAmount, job.token),
    "Paid to author": payment && amountText(payment.royaltyAmount, job.token),
    "Paid to protocol": payment && amountText(payment.protocolAmount, job.token),
    "Claim before": job.status === "requested" ? timeText(job.claimBefore) : undefined,
    "Answer due": job.status === "assigned" ? timeText(job.proveBefore) : undefined,
    "Missed claims": job.attempts || undefined,
    Verifier: proof?.verifier,
    Transaction: proof?.transactionHash,
  });
  out.result({
    jobId: Number(jobId),
    modelId: Number(job.modelId),
    model: model.name,
    version: Number(job.version),
    status: job.status,
    reason: job.reason,
    requester: job.requester,
    provider: job.provider,
    token: job.token,
    fee: job.fee,
    attempts: job.attempts,
    claimBefore: Number(job.claimBefore),
    proveBefore: Number(job.proveBefore),
    output: answer ? answerJson(answer) : null,
    outputWords: proof?.outputWords ?? null,
    verifier: proof?.verifier ?? null,
    transactionHash: proof?.transactionHash ?? null,
    paid: payment
      ? { provider: payment.providerAmount, author: payment.royaltyAmount, protocol: payment.protocolAmount }
      : null,
  });
}

async function readAnswer(
  context: Context,
  client: Reader["client"],
  job: { readonly modelId: bigint; readonly version: bigint },
  outputWords: readonly bigint[],
) {
  const store = optionalStore(context);
  if (!store) return undefined;
  try {
    const { modelId, version } = job;
    return decodeAnswer(await client.getManifest({ modelId, version, store, signal: context.signal }), outputWords);
  } catch (error) {
    if (!(error instanceof VerimeshError)) throw error;
    context.out.progress(`The answer cannot be decoded: ${error.shortMessage}`);
    return undefined;
  }
}
