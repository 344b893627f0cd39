import { VerimeshError } from "@verimesh/core";
import type { Bn128 } from "ffjavascript";
import { type ProvingKey, readProvingKey } from "../prove/readProvingKey.ts";
import type { CeremonyEngine, MemoryFile } from "./CeremonyEngine.ts";
import { type Chain, hexOf } from "./Chain.ts";
import { checkChain, sameRatio } from "./checkChain.ts";
import { checkHOfPhase1 } from "./checkHOfPhase1.ts";
import { checkPoints } from "./checkPoints.ts";
import { isInG2 } from "./groups.ts";
import { singleThreadCurve } from "./singleThreadCurve.ts";
import { readChain } from "./readChain.ts";
import type { SnarkjsLog } from "./snarkjsLog.ts";

export interface KeyFileCheck {
  readonly key: Uint8Array;
  readonly r1cs: Uint8Array;
  /** Its path or its bytes. */
  readonly ptau: string | Uint8Array;
}

/** What contributions do not change, by section. */
const FIXED_SECTIONS: readonly (readonly [id: number, name: string])[] = [
  [3, "public signals (IC)"],
  [4, "coefficients"],
  [5, "A"],
  [6, "B in G1"],
  [7, "B in G2"],
];

/**
 * Checks a key against the circuit and phase 1 that it is said to be of: makes the key before the first contribution
 * again, compares what no contribution changes, and checks the chain and the points that contributions change.
 *
 * @throws VerimeshError CEREMONY_PHASE1_MISMATCH, CEREMONY_PHASE1_INVALID, CEREMONY_CIRCUIT_MISMATCH,
 *   CEREMONY_KEY_INVALID, CEREMONY_CONTRIBUTION_INVALID, CEREMONY_FILE_INVALID, PROVING_KEY_INVALID
 */
export async function checkKeyFile(
  { key, r1cs, ptau }: KeyFileCheck,
  engine: CeremonyEngine,
  log: SnarkjsLog,
): Promise<void> {
  await checkAgainstInitial({ key, initial: await makeInitialKey({ r1cs, ptau }, engine, log), ptau }, engine);
}

/** The key before the first contribution: the same circuit and phase 1 give the same bytes. */
export async function makeInitialKey(
  { r1cs, ptau }: Omit<KeyFileCheck, "key">,
  engine: CeremonyEngine,
  log: SnarkjsLog,
): Promise<Uint8Array> {
  const file: MemoryFile = { type: "mem" };
  await engine.start(r1cs, ptau, file, log);
  return file.data ?? fail("CEREMONY_FAILED", "The first key could not be made.", "Nothing was written.");
}

/** As `checkKeyFile`, with the key before the first contribution at hand. */
export async function checkAgainstInitial(
  files: { readonly key: Uint8Array; readonly initial: Uint8Array; readonly ptau: string | Uint8Array },
  engine: CeremonyEngine,
): Promise<void> {
  const key = readProvingKey(files.key);
  const chain = readChain(key.section(10));
  checkOrigin(key, chain, readProvingKey(files.initial));
  const curve = await singleThreadCurve();
  await checkDelta(curve, key, await checkChain(curve, chain));
  await checkPoints(files.key, files.initial, engine);
  await checkHOfPhase1(files.initial, files.ptau, engine);
}

function checkOrigin(key: ProvingKey, chain: Chain, initial: ProvingKey): void {
  const { circuitHash } = readChain(initial.section(10));
  const same = (from: number, to: number): boolean =>
    equal(slice(key.header, from, to), slice(initial.header, from, to));
  if (!same(72, 84)) {
    fail(
      "CEREMONY_CIRCUIT_MISMATCH",
      `This key is for another circuit: it has ${key.wires} wires and ${key.signals} public signals.`,
      `The circuit given has ${initial.wires} and ${initial.signals}.`,
    );
  }
  if (!same(84, 340)) {
    fail(
      "CEREMONY_PHASE1_MISMATCH",
      "This key was made from another phase-1 file: its alpha and beta differ.",
      "Take the .ptau file that the ceremony was started with; its attestations name its blake2b hash.",
    );
  }
  if (!equal(chain.circuitHash, circuitHash)) {
    fail(
      "CEREMONY_CIRCUIT_MISMATCH",
      "This ceremony was started for another circuit, or from another phase-1 file.",
      `Its circuit hash is ${hexOf(chain.circuitHash)}; the files given have ${hexOf(circuitHash)}.`,
    );
  }
  if (!same(340, 468)) fail("CEREMONY_KEY_INVALID", "This key's gamma was changed.", "Expected the generator of G2.");
  for (const [id, name] of FIXED_SECTIONS) {
    if (!equal(key.section(id), initial.section(id))) {
      fail("CEREMONY_KEY_INVALID", `The ${name} section of this key was changed.`, "No contribution changes it.");
    }
  }
}

/** The header's delta in both groups must be the chain's. */
async function checkDelta(curve: Bn128, { header }: ProvingKey, expected: Uint8Array): Promise<void> {
  const [delta1, delta2] = [slice(header, 468, 532), slice(header, 532, 660)];
  const { G1, G2 } = curve;
  if (!equal(delta1, expected)) {
    fail(
      "CEREMONY_KEY_INVALID",
      "This key's delta is not that of its last contribution.",
      "A contribution was dropped from it, or the key was changed.",
    );
  }
  if (isInG2(curve, delta2) && (await sameRatio(curve, G1.gAffine, delta1, G2.gAffine, delta2))) return;
  fail("CEREMONY_KEY_INVALID", "This key has another delta in G2 than in G1.", "The key was changed.");
}

function slice(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function fail(code: string, shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code, details, docsPath: "ceremony.md" });
}
