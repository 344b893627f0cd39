import { generateSkeleton } from "@verimesh/compiler";
import { circuitLayout, type IntegerModel, type ProvableManifest } from "@verimesh/core";
import { compileCached, type CompiledCircuit, COMPILER_VERSION, hashR1cs, linkModel, readR1cs } from "@verimesh/prover";
import { type AuditContext, fetchFile } from "./AuditContext.ts";
import { sameBytes } from "./auditManifest.ts";
import { mismatch, requireEqual } from "./Findings.ts";

const MIB = 2 ** 20;
const MAX_SKELETON_BYTES = 16 * MIB;
const MAX_CALCULATOR_BYTES = 256 * MIB;

export interface AuditedCircuit {
  readonly compiled: CompiledCircuit;
  /** The linked constraint system, derived here. */
  readonly r1cs: Uint8Array;
}

/** Generates, compiles and links the circuit anew, and holds each file against what comes out. */
export async function auditCircuit(
  context: AuditContext,
  manifest: ProvableManifest,
  model: IntegerModel,
): Promise<AuditedCircuit | undefined> {
  const { findings, signal } = context;
  const { files, circuit } = manifest;
  const skeleton = generateSkeleton(model);
  await findings.check("skeleton", async () => {
    const published = await fetchFile(context, files.skeleton, MAX_SKELETON_BYTES);
    if (!sameBytes(published, new TextEncoder().encode(skeleton))) {
      mismatch("the file is not the source that is generated from the model");
    }
    return `${published.length.toLocaleString("en")} bytes, generated again`;
  });
  await findings.check("compiler", () => {
    requireEqual("the manifest's compiler", JSON.stringify(circuit.compiler), JSON.stringify(COMPILER_VERSION));
    return COMPILER_VERSION;
  });
  const layout = circuitLayout(model);
  const derived = await findings.derive("circuit", async () => {
    const compiled = await compileCached(skeleton, { signal, layout });
    const r1cs = linkModel(compiled.r1cs, model, layout);
    const value = { compiled, r1cs };
    return { value, detail: "compiled and linked again" };
  });
  if (derived === undefined) return undefined;
  await findings.check("witness calculator", async () => {
    const published = await fetchFile(context, files.witnessCalculator, MAX_CALCULATOR_BYTES);
    if (!sameBytes(published, derived.compiled.witnessCalculator)) mismatch("the file is not what the compiler gives");
    return `${published.length.toLocaleString("en")} bytes, compiled again`;
  });
  await findings.check("constraint system", () => {
    requireEqual("the manifest's R1CS hash", circuit.r1csHash, hashR1cs(derived.r1cs));
    return `sha256 ${circuit.r1csHash}`;
  });
  await findings.check("constraints", () => {
    requireEqual("the manifest's number", circuit.constraints, readR1cs(derived.r1cs).constraints);
    return circuit.constraints.toLocaleString("en");
  });
  return derived;
}
