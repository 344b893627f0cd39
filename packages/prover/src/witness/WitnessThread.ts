import { Worker } from "node:worker_threads";
import { type CircuitInputs, VerimeshError } from "@verimesh/core";
import type { WitnessReply, WitnessRequest } from "./witnessWorker.ts";

export interface WitnessJob {
  readonly witnessCalculator: Uint8Array;
  readonly inputs: CircuitInputs;
  readonly r1cs?: Uint8Array | undefined;
}

/**
 * Calculates witnesses in a thread of its own, one at a time, so that this one keeps answering. The thread stays, and with
 * it the calculators that it compiled: the engine makes them faster as it meets them again. An abort ends the thread,
 * whatever the calculator does; idle, it keeps no program alive.
 */
export class WitnessThread {
  private worker: Worker | null = null;
  private sent = new WeakMap<Uint8Array, number>();
  private next = 0;

  /**
   * @throws what `calculateWitness` and `checkWitness` throw; VerimeshError THREAD_FAILED if the thread died; the signal's
   *   reason if aborted
   */
  calculate({ witnessCalculator, inputs, r1cs }: WitnessJob, signal?: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const worker = (this.worker ??= this.start());
      worker.ref();
      const settle = (act: () => void) => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        signal?.removeEventListener("abort", onAbort);
        worker.unref();
        act();
      };
      const onMessage = (reply: WitnessReply) => {
        if ("witness" in reply) settle(() => resolve(reply.witness));
        else settle(() => reject(new VerimeshError(reply.error.shortMessage, reply.error)));
      };
      const failed = (details: string, cause?: unknown) => {
        this.forget(worker);
        settle(() => reject(new VerimeshError("A worker thread failed.", { code: "THREAD_FAILED", details, cause })));
      };
      const onError = (cause: Error) => failed(cause.message, cause);
      const onExit = (status: number) => failed(`It exited with status ${status} and no result.`);
      const onAbort = () => {
        this.forget(worker);
        settle(() => void worker.terminate().then(() => reject(signal?.reason as Error)));
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.postMessage({ ...this.name(witnessCalculator), inputs, r1cs } satisfies WitnessRequest);
    });
  }

  async terminate(): Promise<void> {
    const { worker } = this;
    if (worker === null) return;
    this.forget(worker);
    await worker.terminate();
  }

  /** A calculator is sent once and then called by its number. */
  private name(code: Uint8Array): Pick<WitnessRequest, "calculator" | "code"> {
    const known = this.sent.get(code);
    if (known !== undefined) return { calculator: known };
    const calculator = this.next++;
    this.sent.set(code, calculator);
    return { calculator, code };
  }

  private start(): Worker {
    this.sent = new WeakMap();
    const worker = new Worker(new URL("./witnessWorker.ts", import.meta.url));
    // A thread that dies between two witnesses is replaced at the next.
    worker.on("error", () => this.forget(worker));
    worker.on("exit", () => this.forget(worker));
    return worker;
  }

  private forget(worker: Worker): void {
    if (this.worker === worker) this.worker = null;
  }
}
