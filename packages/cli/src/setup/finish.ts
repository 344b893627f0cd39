import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verificationKeyToJson } from "@verimesh/core";
import { finishCeremony, readWhole, requireAbsent } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";
import { readAttestations } from "./ceremonyFiles.ts";
import { ceremonyProgress } from "./ceremonyProgress.ts";
import { linkedCircuit } from "./linkedCircuit.ts";
import { readSigned, reportJson, showContributions } from "./report.ts";

export interface CeremonyFinishOptions {
  readonly circuit: string;
  readonly ptau: string;
  readonly attestations?: string;
  readonly out: string;
}

/** Checks everything once more and writes what is registered: both keys and the transcript. */
export async function finishCeremonyInto(
  context: Context,
  keyFile: string,
  { circuit, ptau, attestations: folder, out: target }: CeremonyFinishOptions,
): Promise<void> {
  const { out } = context;
  await requireAbsent(target);
  const key = await readWhole(keyFile);
  const attestationTexts = await readAttestations(keyFile, folder);
  await readSigned(attestationTexts);
  const r1cs = await linkedCircuit(context, circuit);
  const finished = await finishCeremony({ key, r1cs, ptau, attestationTexts }, ceremonyProgress(context));
  const files = {
    "provingKey.zkey": key,
    "verificationKey.json": JSON.stringify(verificationKeyToJson(finished.verificationKey), null, 2),
    "transcript.json": finished.transcript,
  };
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(part, name), content, { flush: true });
  await rename(part, target);
  showContributions(out, finished.report);
  const [provingKey, , transcript] = Object.keys(files).map((name) => join(target, name)) as [string, string, string];
  out.facts({ "Proving key": provingKey, Transcript: transcript, "Key's sha256": finished.report.keySha256 });
  out.line();
  out.line("Register the model with it:");
  out.line(`  verimesh model register <folder> --key ${provingKey} --transcript ${transcript} --ptau ${ptau}`);
  out.result({ ...reportJson(finished.report), provingKey, transcript });
}
