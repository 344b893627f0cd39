import { VerimeshError, type Prover } from "@verimesh/core";
import { NativeProver, type NativeProverOptions } from "./NativeProver.ts";
import { ProcessProver } from "./ProcessProver.ts";

export type ProverChoice = "auto" | "native" | "snarkjs";

export interface OpenProverOptions extends NativeProverOptions {
  /** Default: `VERIMESH_PROVER`, else `auto`: the native prover, or snarkjs where that cannot be built. */
  readonly prover?: ProverChoice | undefined;
  /** Told, once in the life of the process, why snarkjs serves in place of the native prover. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/** A prover and what it is, to be ended with `terminate`. */
export interface OpenedProver extends Prover {
  terminate(): Promise<void>;
}

let told = false;

/**
 * The prover for this machine.
 *
 * @throws VerimeshError NATIVE_PROVER_UNAVAILABLE if the native one is demanded and cannot be had
 */
export async function openProver(options: OpenProverOptions = {}): Promise<OpenedProver> {
  const choice = options.prover ?? proverFromEnvironment();
  if (choice === "snarkjs") return new ProcessProver();
  try {
    return await NativeProver.load(options);
  } catch (error) {
    if (choice === "native") throw error;
    if (!told) options.onFallback?.(reasonOf(error));
    told = true;
    return new ProcessProver();
  }
}

/** `VERIMESH_PROVER`. */
export function proverFromEnvironment(): ProverChoice {
  const choice = process.env["VERIMESH_PROVER"] || "auto";
  if (choice === "auto" || choice === "native" || choice === "snarkjs") return choice;
  throw new VerimeshError(`VERIMESH_PROVER is ${JSON.stringify(choice)}.`, {
    code: "PROVER_UNKNOWN",
    details: "Expected native, snarkjs, or auto for the native one where it can be built.",
  });
}

function reasonOf(error: unknown): string {
  return error instanceof VerimeshError ? (error.details ?? error.shortMessage) : String(error);
}
