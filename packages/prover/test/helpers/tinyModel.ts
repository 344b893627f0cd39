import {
  type CircuitInputs,
  type CircuitLayout,
  type IntegerModel,
  circuitInputs,
  circuitLayout,
  linearConstraints,
  publicSignals,
  runReference,
} from "@verimesh/core";
import { type CompiledCircuit, type DevSetup, compileCircuit, linkWeights, setupDev } from "../../src/index.ts";

/** 4 inputs → 3 ReLU → argmax of 2, with literal weights. */
export const tinyModel: IntegerModel = {
  format: "verimesh-integer-model/1",
  inputShape: [4],
  output: "argmax",
  layers: [
    {
      kind: "dense",
      name: "hidden",
      inputs: 4,
      units: 3,
      weights: Int8Array.from([3, -7, 127, -5, 11, -128, 2, 0, 9, -1, 64, -33]),
      bias: Int32Array.from([-40, 1000, -77]),
      requantization: { shifts: [2, 5, 6], lo: 0, hi: 255 },
    },
    {
      kind: "dense",
      name: "scores",
      inputs: 3,
      units: 2,
      weights: Int8Array.from([1, -2, 50, 3, -9, 120]),
      bias: Int32Array.from([5, -6]),
      requantization: null,
    },
  ],
};

export const layout: CircuitLayout = circuitLayout(tinyModel);
export const input = Uint8Array.from([0, 255, 17, 200]);
export const binding = 2n ** 247n + 12345n;

const skeleton = `pragma circom 2.2.0;
include "activations/RequantizeChannels.circom";
include "arithmetic/Keep.circom";
include "commitments/PackBytes.circom";
include "output/Argmax.circom";
include "output/PackOutputs.circom";
template Skeleton() {
    signal input inputWords[1];
    signal input binding;
    signal output outputWords[1];
    signal input x[4];
    signal input acc_0[3];
    signal input act_0[3];
    signal input acc_1[2];
    Keep()(binding);
    signal packed[1] <== PackBytes(4)(x);
    inputWords === packed;
    RequantizeChannels(3, 3, [2, 5, 6], [-2000, -50000, -50000], [3000, 30000, 40000], 0, 255)(acc_0, act_0);
    signal index[1];
    index[0] <== Argmax(2, -40000, 60000)(acc_1);
    outputWords <== PackOutputs(1, 1, 0)(index);
}
component main {public [inputWords, binding]} = Skeleton();
`;

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
  const circuit = await compileCircuit(skeleton, { layout });
  const linked = linkWeights(circuit.r1cs, linearConstraints(tinyModel), { layout });
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
