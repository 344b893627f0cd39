import {
  type CircuitInputs,
  type CircuitLayout,
  type IntegerModel,
  circuitInputs,
  circuitLayout,
  publicSignals,
  runReference,
} from "@verimesh/core";
import { generateSkeleton } from "../../../compiler/src/skeleton/generateSkeleton.ts";
import { type CompiledCircuit, type DevSetup, compileCircuit, linkModel, setupDev } from "../../src/index.ts";

/** 4 inputs → 3 ReLU → argmax of 2, with literal weights. */
export const tinyModel: IntegerModel = {
  format: "verimesh-integer-model/2",
  inputShape: [4],
  nodes: [
    {
      kind: "dense",
      name: "hidden",
      source: 0,
      inputs: 4,
      units: 3,
      weights: Int8Array.from([3, -7, 127, -5, 11, -128, 2, 0, 9, -1, 64, -33]),
      bias: Int32Array.from([-40, 1000, -77]),
    },
    { kind: "requantize", name: "relu", source: 1, shifts: [2, 5, 6], lo: 0, hi: 255 },
    {
      kind: "dense",
      name: "scores",
      source: 2,
      inputs: 3,
      units: 2,
      weights: Int8Array.from([1, -2, 50, 3, -9, 120]),
      bias: Int32Array.from([5, -6]),
    },
  ],
  output: { kind: "argmax" },
  hides: "nothing",
};

export const layout: CircuitLayout = circuitLayout(tinyModel);
export const input = Uint8Array.from([0, 255, 17, 200]);
export const binding = 2n ** 247n + 12345n;

/** What the tests share: made once. */
export interface TinyFixture {
  readonly circuit: CompiledCircuit;
  readonly linked: Uint8Array;
  readonly setup: DevSetup;
  readonly inputs: CircuitInputs;
  readonly publicSignals: readonly bigint[];
}

let fixture: Promise<TinyFixture> | undefined;
export const tinyFixture = () => (fixture ??= make());

async function make(): Promise<TinyFixture> {
  const circuit = await compileCircuit(generateSkeleton(tinyModel), { layout });
  const linked = linkModel(circuit.r1cs, tinyModel);
  const trace = runReference(tinyModel, input);
  return {
    circuit,
    linked,
    setup: await setupDev(linked),
    inputs: circuitInputs(tinyModel, trace, binding),
    publicSignals: publicSignals(tinyModel, trace, binding),
  };
}

/** The code of the VerimeshError that a promise rejects with, or null. */
export async function codeOf(promise: Promise<unknown>): Promise<string | null> {
  return promise.then(
    () => null,
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
}
