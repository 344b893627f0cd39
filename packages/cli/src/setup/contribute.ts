import { VerimeshError } from "@verimesh/core";
import { contribute, readWhole, signedAttestationText } from "@verimesh/prover";
import { resolveAccount } from "../account/resolveAccount.ts";
import { askHidden } from "../account/password.ts";
import type { Context } from "../commands/Context.ts";
import { attestationFile, nextFile } from "./ceremonyFiles.ts";
import { ceremonyProgress } from "./ceremonyProgress.ts";
import { linkedCircuit } from "./linkedCircuit.ts";

export interface CeremonyContributeOptions {
  readonly name: string;
  readonly circuit?: string;
  readonly ptau?: string;
  readonly onTrust?: boolean;
  readonly out?: string;
  readonly typeEntropy?: boolean;
  readonly sign?: boolean;
}

/** Adds this person's randomness to a key, and says what to pass on and what to publish. */
export async function contributeTo(
  context: Context,
  keyFile: string,
  options: CeremonyContributeOptions,
): Promise<void> {
  const { out } = context;
  const target = options.out ?? nextFile(keyFile);
  const attestationOut = attestationFile(target);
  const key = await readWhole(keyFile);
  const against = await whatToCheckAgainst(context, options);
  const sign = options.sign === true ? await signer(context) : undefined;
  // Typed, never an argument: every process of the machine can read those.
  const typedEntropy = options.typeEntropy === true ? await askTyped() : undefined;
  const { name } = options;
  const attestation = await contribute(
    { key, out: target, attestationOut, name, typedEntropy, against, sign },
    ceremonyProgress(context),
  );
  out.facts({
    Contribution: `${attestation.index}, ${attestation.name}`,
    "Contribution hash": attestation.contributionHash,
    "Pass on": target,
    Publish: attestationOut,
  });
  out.result({ ...attestation, key: target, attestation: attestationOut, signed: options.sign === true });
}

async function whatToCheckAgainst(context: Context, { circuit, ptau, onTrust }: CeremonyContributeOptions) {
  if (circuit !== undefined && ptau !== undefined && onTrust !== true) {
    return { r1cs: await linkedCircuit(context, circuit), ptau };
  }
  if (circuit === undefined && ptau === undefined && onTrust === true) return null;
  throw new VerimeshError("It is not said what the received key is checked against.", {
    code: "OPTION_INVALID",
    details:
      "Pass --circuit and --ptau. Or --on-trust, if you trust the sender: who made points of their own choice into the " +
      "key learns them times your secret.",
  });
}

async function signer({ settings }: Context): Promise<(text: string) => Promise<string>> {
  // Without a deployment no development account signs.
  const account = await resolveAccount(settings, settings.deployment?.chainId ?? 1, "author");
  return async (text) =>
    signedAttestationText(text, {
      by: account.address,
      signature: await account.signMessage({ message: text }),
    });
}

function askTyped(): Promise<string> {
  if (process.stdin.isTTY) return askHidden("Type at random, then Enter; nothing is shown or kept");
  throw new VerimeshError("There is no terminal to type at.", {
    code: "OPTION_INVALID",
    details: "Leave --type-entropy out: the operating system's randomness is enough.",
  });
}
