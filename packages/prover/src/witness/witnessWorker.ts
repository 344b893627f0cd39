import { parentPort } from "node:worker_threads";
import type { CircuitInputs } from "@verimesh/core";
import { describeError } from "../processes/serveTasks.ts";
import { checkWitness } from "../r1cs/checkWitness.ts";
import { readR1cs } from "../r1cs/readR1cs.ts";
import { calculateWitness } from "./calculateWitness.ts";
import { readWitness } from "./wtns.ts";

/** What `WitnessThread` asks. */
export interface WitnessRequest {
  /** Of the calculator; its bytes are sent the first time. */
  readonly calculator: number;
  readonly code?: Uint8Array | undefined;
  readonly inputs: CircuitInputs;
  readonly r1cs?: Uint8Array | undefined;
}

export type WitnessReply = { readonly witness: Uint8Array } | { readonly error: ReturnType<typeof describeError> };

const calculators = new Map<number, Uint8Array>();

parentPort!.on("message", ({ calculator, code, inputs, r1cs }: WitnessRequest) => {
  if (code !== undefined) calculators.set(calculator, code);
  calculateWitness(calculators.get(calculator)!, inputs).then(
    (witness) => {
      try {
        if (r1cs !== undefined) checkWitness(readR1cs(r1cs), readWitness(witness));
        reply({ witness }, [witness.buffer as ArrayBuffer]);
      } catch (error) {
        reply({ error: describeError(error) });
      }
    },
    (error: unknown) => reply({ error: describeError(error) }),
  );
});

function reply(message: WitnessReply, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
