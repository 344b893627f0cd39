import {
  circuitInputs,
  elementCount,
  encodeVerificationKey,
  type Groth16Proof,
  type IntegerModel,
  type ProvableManifest,
  runReference,
  type VerificationKey,
  VerimeshError,
  verificationKeyFromJson,
} from "@verimesh/core";
import { auditProvingKey, calculateWitness, readVerificationKey, readWitness } from "@verimesh/prover";
import { randomBytes } from "node:crypto";
import { type AuditContext, fetchFile } from "./AuditContext.ts";
import type { AuditedCircuit } from "./auditCircuit.ts";
import { mismatch } from "./Findings.ts";

const MIB = 2 ** 20;
const MAX_KEY_BYTES = 1024 * MIB;

export interface Example {
  readonly publicSignals: readonly bigint[];
  readonly proof: Groth16Proof;
}

export interface AuditedKeys {
  /** As the registry takes it: of the proving key. */
  readonly verificationKey: `0x${string}`;
  readonly provingKey: Uint8Array;
  /** A true statement and its proof, for the verifier to be shown; absent where key and circuit do not go together. */
  readonly example?: Example | undefined;
}

/** The proving key, held against the circuit; the verification key, held against the proving key. */
export async function auditKeys(
  context: AuditContext,
  manifest: ProvableManifest,
  model: IntegerModel,
  circuit: AuditedCircuit | undefined,
): Promise<AuditedKeys | undefined> {
  const { findings, signal } = context;
  const { files } = manifest;
  const provingKey = await findings.derive("proving key", async () => {
    const bytes = await fetchFile(context, files.provingKey, MAX_KEY_BYTES);
    readVerificationKey(bytes);
    return { value: bytes, detail: `${bytes.length.toLocaleString("en")} bytes, well-formed` };
  });
  const derived = provingKey && readVerificationKey(provingKey);
  await findings.check("verification key", async () => {
    const published = parseKey(await fetchFile(context, files.verificationKey, MIB));
    if (derived === undefined) return mismatch("there is no proving key to derive it from");
    if (encodeVerificationKey(published) !== encodeVerificationKey(derived)) {
      mismatch("the file is not the key that the proving key gives");
    }
    return `derived from the proving key: ${published.ic.length - 1} public signals`;
  });
  if (provingKey === undefined || derived === undefined) return undefined;
  const verificationKey = encodeVerificationKey(derived);
  if (circuit === undefined) {
    findings.skip("key and circuit", "the circuit could not be derived");
    return { verificationKey, provingKey };
  }
  const { witnessCalculator } = circuit.compiled;
  const inputs = randomStatement(model);
  const example = await findings.derive("key and circuit", async () => {
    const witness = readWitness(await calculateWitness(witnessCalculator, inputs));
    const { mismatch: wrong, proofs } = await auditProvingKey(circuit.r1cs, provingKey, {
      witnesses: [witness],
      signal,
    });
    if (wrong !== undefined) mismatch(wrong);
    const publicSignals = witness.slice(1, derived.ic.length);
    const detail = "its polynomials are the circuit's, and it proves a run on random input";
    return { value: { publicSignals, proof: proofs[0]! }, detail };
  });
  return { verificationKey, provingKey, example };
}

/** A run of the model on random bytes, with a random binding. */
function randomStatement(model: IntegerModel) {
  const input = new Uint8Array(randomBytes(elementCount(model.inputShape)));
  return circuitInputs(model, runReference(model, input), BigInt(`0x${randomBytes(31).toString("hex")}`));
}

export function parseKey(bytes: Uint8Array): VerificationKey {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new VerimeshError("The file is not JSON.", { code: "VERIFICATION_KEY_INVALID", cause });
  }
  return verificationKeyFromJson(json);
}
