import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import {
  applyBeacon,
  contribute,
  finishCeremony,
  type FinishedCeremony,
  readWhole,
  startCeremony,
} from "../../src/index.ts";
import { type RandomCircuit, randomCircuit } from "../helpers/randomCircuit.ts";
import { PHASE1_FILE } from "./makePhase1.ts";

export const PEOPLE = ["Ada", "Björn", "Chidi Okafor"] as const;
export const BEACON = { value: `0x${"5e".repeat(32)}`, iterations: 10 };
export const TYPED = "what Ada typed and nobody may find again";
/** 23 rows of 128. */
export const circuit: RandomCircuit = randomCircuit(20, 1, 1, 7);
export const otherCircuit: RandomCircuit = randomCircuit(20, 1, 1, 8);
export const against = { r1cs: circuit.r1cs, ptau: PHASE1_FILE };

export interface CeremonyFixture {
  readonly directory: string;
  /** Before anyone contributed, after each of the people, after the beacon. */
  readonly keys: readonly Uint8Array[];
  readonly attestationTexts: readonly string[];
  readonly finished: FinishedCeremony;
  readonly cache: { readonly directory: string };
}

let fixture: Promise<CeremonyFixture> | undefined;
/** A whole ceremony of three people and a beacon, made once. */
export const ceremonyFixture = () => (fixture ??= make());

async function make(): Promise<CeremonyFixture> {
  const directory = await mkdtemp(join(tmpdir(), "verimesh-ceremony-"));
  const cache = { directory: join(directory, "cache") };
  const file = (index: number) => join(directory, `${index}.zkey`);
  await startCeremony({ ...against, out: file(0) }, cache);
  const keys = [await readWhole(file(0))];
  const attestationTexts: string[] = [];
  for (const [i, name] of PEOPLE.entries()) {
    const attestationOut = join(directory, `${i + 1}.txt`);
    // One of them checks what she was given; the others save the tests' time.
    const options = i === 0 ? { against, typedEntropy: TYPED } : { against: null };
    await contribute({ key: keys[i]!, out: file(i + 1), attestationOut, name, ...options }, cache);
    keys.push(await readWhole(file(i + 1)));
    attestationTexts.push(await readFile(attestationOut, "utf8"));
  }
  await applyBeacon({ key: keys.at(-1)!, out: file(4), beacon: BEACON });
  keys.push(await readWhole(file(4)));
  const finished = await finishCeremony({ ...against, key: keys.at(-1)!, attestationTexts }, cache);
  return { directory, keys, attestationTexts, finished, cache };
}

/** Expects a VerimeshError of that code whose message matches. */
export function expectRefusal(run: () => unknown, code: string, message: RegExp): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, "nothing was refused").to.be.instanceOf(VerimeshError);
  expect((thrown as VerimeshError).code).to.equal(code);
  expect((thrown as VerimeshError).message).to.match(message);
}

/** As `expectRefusal`, of what comes later. */
export async function expectRejection(promise: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const outcome = await promise.then(
    () => () => undefined,
    (cause: Error) => () => {
      throw cause;
    },
  );
  expectRefusal(outcome, code, message);
}
