import { readFile, writeFile } from "node:fs/promises";
import { VerimeshError } from "@verimesh/core";
import { type SignedJobRequest, signedRequestFromJson, signedRequestToJson } from "@verimesh/sdk";
import { timeText } from "../output/format.ts";
import { connectAs, type Context } from "./Context.ts";
import { type JobTermOptions, readJobOptions } from "./jobTerms.ts";
import { amountText } from "./payment.ts";
import { prepareJob } from "./prepareJob.ts";

export interface SignOptions extends JobTermOptions {
  readonly out: string;
  readonly validSeconds: number;
}

/** Signs a request for somebody else to submit, who pays the gas and can change nothing of it. */
export async function signRequest(context: Context, nameOrId: string, options: SignOptions): Promise<void> {
  const { out, signal } = context;
  const read = await readJobOptions(options);
  const writer = await connectAs(context, "requester");
  const { terms } = await prepareJob(context, writer, nameOrId, options, read);
  const { validSeconds } = options;
  const signed = await writer.wallet.signRequest({ ...terms, validSeconds, signal });
  await writeFile(options.out, `${signedRequestToJson(signed)}\n`, { flag: "wx", mode: 0o600 }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new VerimeshError(`${options.out} cannot be written.`, {
        code: "FILE_NOT_WRITTEN",
        details: cause.code === "EEXIST" ? "It is there already: name another file." : cause.message,
        cause,
      });
    },
  );
  out.facts({
    Requester: signed.requester,
    "At most": amountText(terms.fee, terms.token, writer.deployment),
    "Valid until": timeText(signed.deadline),
    File: `${options.out}: whoever has it can submit it once with verimesh request relay`,
  });
  out.result({
    file: options.out,
    requester: signed.requester,
    nonce: signed.nonce,
    deadline: Number(signed.deadline),
  });
}

/** Submits a request that somebody signed; its job, its fee and its refund are the signer's. */
export async function relayRequest(context: Context, file: string): Promise<void> {
  const { out, signal } = context;
  const signed = await readSigned(file);
  const { wallet, account } = await connectAs(context, "requester");
  const { jobId, transactionHash } = await wallet.relayRequest({ signed, signal });
  out.facts({
    Job: String(jobId),
    Requester: signed.requester,
    Relayer: account.address,
    Transaction: transactionHash,
  });
  out.result({ jobId: Number(jobId), requester: signed.requester, relayer: account.address, transactionHash });
}

async function readSigned(file: string): Promise<SignedJobRequest> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new VerimeshError(`${file} cannot be read.`, { code: "FILE_UNREADABLE", details: cause.message, cause });
  });
  return signedRequestFromJson(text);
}
