import { VerimeshError } from "@verimesh/core";
import { decodeAnswer, prepareInput } from "@verimesh/sdk";
import { type Address, getAddress, isAddress, parseEther } from "viem";
import { amountText, answerJson, answerText } from "../output/format.ts";
import { awaitAnswer } from "./awaitAnswer.ts";
import { checkProof } from "./checkProof.ts";
import { connectAs, type Context, openStore } from "./Context.ts";
import { findModel } from "./manifests.ts";
import { readInputFile } from "./readInputFile.ts";
import { requireSoundSetup } from "./requireSoundSetup.ts";

export interface InferOptions {
  readonly input: string;
  /** In ETH, or in base units of `token`. */
  readonly fee: string;
  readonly token?: string;
  readonly claimSeconds: number;
  readonly proveSeconds: number;
  readonly allowInsecureSetup?: boolean;
}

/** Asks a model, waits for the answer and checks its proof; returns whether there is an answer whose proof holds. */
export async function infer(context: Context, nameOrId: string, options: InferOptions): Promise<boolean> {
  const { out, signal } = context;
  const values = await readInputFile(options.input);
  const { token, fee } = parsePayment(options);
  const writer = await connectAs(context, "requester");
  const { client, wallet } = writer;
  const store = openStore(context);
  const model = await findModel(writer, nameOrId, signal);
  const { modelId, latestVersion: version } = model;
  if (version === undefined) {
    throw new VerimeshError(`Model ${modelId} has no version that takes jobs.`, { code: "VersionIsDeprecated" });
  }
  const manifest = await client.getManifest({ modelId, version, store, signal });
  requireSoundSetup(manifest, writer.deployment.chainId, options.allowInsecureSetup);
  const input = prepareInput(manifest, values);

  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  out.progress(`Asking ${model.name} (model ${modelId}, version ${version}) for ${amountText(fee, token ?? ZERO)}`);
  const { claimSeconds, proveSeconds } = options;
  const request = { modelId, version, input, fee, token, claimSeconds, proveSeconds, store, signal };
  const { jobId, transactionHash } = await wallet.requestJob(request);
  out.progress(`Job ${jobId} requested; if you stop waiting, verimesh refund ${jobId} returns the fee`);
  const outcome = await awaitAnswer(client, { jobId, claimSeconds, proveSeconds, out, signal });
  const settledSeconds = seconds();
  out.progress(`Settled by ${outcome.provider} after ${settledSeconds} s; checking the proof`);
  const answer = decodeAnswer(manifest, outcome.outputWords);
  const proof = await checkProof(writer, store, jobId, signal);

  out.facts({
    Answer: answerText(answer),
    Job: String(jobId),
    Provider: outcome.provider,
    Proof: proof.valid
      ? `valid: snarkjs here, and contract ${proof.verifier}`
      : `NOT VALID: snarkjs ${proof.snarkjs}, key ${proof.keyMatchesVerifier}, contract ${proof.contract}`,
    Seconds: settledSeconds,
  });
  const { valid, snarkjs, keyMatchesVerifier, contract, verifier } = proof;
  out.result({
    jobId: Number(jobId),
    modelId: Number(modelId),
    version: Number(version),
    status: "settled",
    output: answerJson(answer),
    outputWords: outcome.outputWords.map(String),
    provider: outcome.provider,
    fee,
    seconds: settledSeconds,
    transactions: { request: transactionHash, submit: outcome.transactionHash },
    proof: { valid, snarkjs, keyMatchesVerifier, contract, verifier },
  });
  return valid;
}

const ZERO: Address = "0x0000000000000000000000000000000000000000";

function parsePayment({ fee, token }: InferOptions): { fee: bigint; token: Address | undefined } {
  if (token !== undefined && !isAddress(token)) {
    throw new VerimeshError(`The token is not an address: ${token.slice(0, 60)}`, { code: "OPTION_INVALID" });
  }
  const decimals = token === undefined ? /^\d{1,12}(\.\d{1,18})?$/ : /^\d{1,40}$/;
  if (!decimals.test(fee)) {
    throw new VerimeshError(`The fee is not an amount: ${fee.slice(0, 60)}`, {
      code: "OPTION_INVALID",
      details:
        token === undefined ? "Expected ETH, such as 0.01." : "Expected a whole number of the token's base units.",
    });
  }
  return token === undefined
    ? { fee: parseEther(fee), token: undefined }
    : { fee: BigInt(fee), token: getAddress(token) };
}
