import { decodeAnswer, openAnswer, type SettledOutcome } from "@verimesh/sdk";
import { answerJson, answerText, hiddenText, timeText } from "../output/format.ts";
import { awaitAnswer } from "./awaitAnswer.ts";
import { checkProof } from "./checkProof.ts";
import { connectAs, type Context } from "./Context.ts";
import { type JobTermOptions, readJobOptions } from "./jobTerms.ts";
import { amountText } from "./payment.ts";
import { prepareJob } from "./prepareJob.ts";

export interface InferOptions extends JobTermOptions {
  /** False: an answer will do that can still be challenged. */
  readonly waitFinal: boolean;
}

/**
 * Asks a model and waits for the answer; where it comes with a proof, checks it. Returns whether there is an answer to rely
 * on: one whose proof holds, that a quorum agreed on, that stood unchallenged, or, if one asked for that, a provisional one.
 */
export async function infer(context: Context, nameOrId: string, options: InferOptions): Promise<boolean> {
  const { out, signal } = context;
  const read = await readJobOptions(options);
  const writer = await connectAs(context, "requester");
  const { client, wallet, deployment } = writer;
  const { manifest, terms, store } = await prepareJob(context, writer, nameOrId, options, read);

  const started = performance.now();
  const { jobId, transactionHash } = await wallet.requestJob({ ...terms, signal });
  out.progress(`Job ${jobId} requested; if you stop waiting, verimesh refund ${jobId} returns the fee`);
  const outcome = await awaitAnswer(client, { jobId, provisional: !options.waitFinal, out, signal });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const { outputWords } = outcome;
  const answer =
    manifest.architecture.hides === "inputAndOutput"
      ? await openAnswer({ manifest, input: terms.input, outputWords, store, signal })
      : decodeAnswer(manifest, outputWords);
  const proof = outcome.proven ? await checkProof(writer, store, jobId, signal) : undefined;
  const [commitment] = terms.input.inputWords;
  const saltFile =
    manifest.architecture.hides === "nothing" || commitment === undefined ? undefined : terms.salts.pathOf(commitment);
  const spent = outcome.status === "settled" ? await costOf(outcome) : undefined;

  out.facts({
    Answer: answerText(answer),
    Job: String(jobId),
    [outcome.providers.length > 1 ? "Providers" : "Provider"]: outcome.providers.join(", "),
    Proof:
      proof &&
      (proof.valid
        ? `valid: snarkjs here, and contract ${proof.verifier}`
        : `NOT VALID: snarkjs ${proof.snarkjs}, key ${proof.keyMatchesVerifier}, contract ${proof.contract}`),
    Final: outcome.final
      ? settledBy(outcome)
      : `NOT YET: it can be challenged until ${timeText(outcome.challengeBefore)}`,
    Hidden: hiddenText(manifest.architecture.hides),
    "Opened by": saltFile && `${saltFile}: keep it, the answer cannot be opened without`,
    Cost: spent === undefined ? undefined : amountText(spent, terms.token, deployment),
    Seconds: seconds,
  });
  out.result({
    jobId: Number(jobId),
    modelId: Number(terms.modelId),
    version: Number(terms.version),
    policy: terms.policy,
    status: outcome.status,
    final: outcome.final,
    challengeBefore: outcome.final ? null : Number(outcome.challengeBefore),
    output: answerJson(answer),
    outputWords: outputWords.map(String),
    hides: manifest.architecture.hides,
    saltFile: saltFile ?? null,
    provider: outcome.providers[0] ?? null,
    providers: outcome.providers,
    fee: terms.fee,
    cost: spent ?? null,
    seconds,
    transactions: { request: transactionHash, submit: outcome.transactionHash },
    proof: proof
      ? {
          ...{ valid: proof.valid, snarkjs: proof.snarkjs, keyMatchesVerifier: proof.keyMatchesVerifier },
          ...{ contract: proof.contract, verifier: proof.verifier },
        }
      : null,
  });
  return proof?.valid ?? true;

  async function costOf({ job }: SettledOutcome): Promise<bigint> {
    const payments = await client.getPayments({ jobId: job.jobId, signal });
    return payments.reduce((sum, paid) => sum + paid.providerAmount + paid.royaltyAmount + paid.protocolAmount, 0n);
  }
}

function settledBy({ job, proven, providers }: SettledOutcome): string {
  if (proven) return "yes, by proof";
  if (job.policy === "quorum") return `yes, ${providers.length} of ${job.panelSize} providers agreed`;
  return "yes, nobody's challenge made it fall";
}
