import { type DecodedOutput, type Hiding, VerimeshError } from "@verimesh/core";
import { decodeAnswer, explainReason, type JobAnswer, type JobPanel, type MarketJob } from "@verimesh/sdk";
import { zeroAddress } from "viem";
import { answerJson, answerText, hiddenText, timeText } from "../output/format.ts";
import { FileSaltStore } from "../salts/FileSaltStore.ts";
import { connect, type Context, type Reader } from "./Context.ts";
import { optionalStore } from "./manifests.ts";
import { amountText } from "./payment.ts";

/** Shows where a job stands, its answer, and what it cost. */
export async function showJob(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { client, deployment } = await connect(context);
  const job = await client.getJob({ jobId, signal });
  const [model, panel, claim, given, payments] = await Promise.all([
    client.getModel({ modelId: job.modelId, signal }),
    client.getPanel({ jobId, signal }),
    client.getAnswerClaim({ jobId, signal }),
    answerOf(client, job, signal),
    client.getPayments({ jobId, signal }),
  ]);
  const proof = given?.proven ? await client.getProof({ jobId, signal }) : undefined;
  const read = given && (await decode(context, client, job, given.outputWords));
  const answer = read?.answer;
  const concealed = read?.hides === "inputAndOutput" && answer === undefined;
  const amount = (value: bigint): string => amountText(value, job.token, deployment);
  const sum = (part: "providerAmount" | "royaltyAmount" | "protocolAmount"): bigint =>
    payments.reduce((total, payment) => total + payment[part], 0n);
  const paid = payments.length > 0;

  out.facts({
    Job: String(jobId),
    Model: `${model.name} (${job.modelId}), version ${job.version}`,
    Policy: job.panelSize === 0 ? job.policy : `${job.policy}, ${job.quorum} of ${job.panelSize}`,
    Phase: job.phaseBefore === undefined ? job.phase : `${job.phase}, until ${timeText(job.phaseBefore)}`,
    Overdue: job.overdueAction && `anyone may call ${job.overdueAction}: verimesh refund ${jobId} does`,
    Reason: job.reason === "none" ? undefined : `${job.reason}: ${explainReason(job.reason)}`,
    Answer: concealed
      ? "hidden behind a commitment that cannot be opened here"
      : answer && `${answerText(answer)}${given?.final ? "" : " (NOT FINAL: it can be challenged)"}`,
    Hidden: read && hiddenText(read.hides),
    Requester: job.requester,
    Provider: job.provider === zeroAddress ? undefined : job.provider,
    Challenger: claim?.challenger,
    Fee: amount(job.fee),
    "Paid to providers": paid ? amount(sum("providerAmount")) : undefined,
    "Paid to author": paid ? amount(sum("royaltyAmount")) : undefined,
    "Paid to protocol": paid ? amount(sum("protocolAmount")) : undefined,
    "Failed attempts": job.attempts || undefined,
    Verifier: proof?.verifier,
    Transaction: given?.transactionHash,
  });
  if (panel !== undefined) showPanel(context, panel);
  out.result({
    jobId: Number(jobId),
    modelId: Number(job.modelId),
    model: model.name,
    version: Number(job.version),
    policy: job.policy,
    status: job.status,
    phase: job.phase,
    phaseBefore: job.phaseBefore === undefined ? null : Number(job.phaseBefore),
    overdueAction: job.overdueAction ?? null,
    reason: job.reason,
    requester: job.requester,
    provider: job.provider,
    providers: payments.map(({ provider }) => provider),
    token: job.token,
    fee: job.fee,
    attempts: job.attempts,
    final: given?.final ?? null,
    output: answer ? answerJson(answer) : null,
    hides: read?.hides ?? null,
    outputWords: given?.outputWords ?? null,
    verifier: proof?.verifier ?? null,
    transactionHash: given?.transactionHash ?? null,
    challenger: claim?.challenger ?? null,
    panel: panel === undefined ? null : { round: panel.round, status: panel.status, members: panel.members },
    paid: paid
      ? { provider: sum("providerAmount"), author: sum("royaltyAmount"), protocol: sum("protocolAmount") }
      : null,
  });
}

function showPanel({ out }: Context, panel: JobPanel): void {
  if (panel.members.length === 0) return;
  out.line();
  out.table(
    [panel.policy === "quorum" ? "member" : "juror", "asked", "committed", "answer"],
    panel.members.map(({ provider, ask, commitment, revealed }) => [
      provider,
      String(ask),
      commitment === undefined ? "no" : "yes",
      revealed === undefined ? "" : `${revealed.slice(0, 10)}…`,
    ]),
  );
}

async function answerOf(client: Reader["client"], job: MarketJob, signal: AbortSignal): Promise<JobAnswer | undefined> {
  if (job.status !== "settled" && job.status !== "answered") return undefined;
  return client.getAnswer({ jobId: job.jobId, signal });
}

interface ReadAnswer {
  /** Undefined where it cannot be read: hidden, and its salt is not here; or without a gateway. */
  readonly answer?: DecodedOutput;
  readonly hides: Hiding;
}

async function decode(
  context: Context,
  client: Reader["client"],
  { jobId, modelId, version }: MarketJob,
  outputWords: readonly bigint[],
): Promise<ReadAnswer | undefined> {
  const { out, signal } = context;
  const store = optionalStore(context);
  if (!store) return undefined;
  let hides: Hiding | undefined;
  try {
    const manifest = await client.getManifest({ modelId, version, store, signal });
    hides = manifest.architecture.hides;
    if (hides !== "inputAndOutput") return { answer: decodeAnswer(manifest, outputWords), hides };
    const { answer } = await client.openJobAnswer({ jobId, store, salts: new FileSaltStore(), signal });
    return { answer, hides };
  } catch (error) {
    if (!(error instanceof VerimeshError)) throw error;
    const { shortMessage, details } = error;
    out.progress(`The answer cannot be read: ${shortMessage}${hides === "inputAndOutput" ? ` ${details}` : ""}`);
    return hides && { hides };
  }
}
