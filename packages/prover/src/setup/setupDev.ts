import type { VerificationKey } from "@verimesh/core";
import { NativeGroth16 } from "@verimesh/prover-native";
import { ChildTask } from "../processes/ChildTask.ts";
import { proverFromEnvironment } from "../prove/openProver.ts";
import { readVerificationKey } from "../prove/readVerificationKey.ts";
import { readR1cs } from "../r1cs/readR1cs.ts";
import type { SetupRequest } from "./setupProcess.ts";

export interface SetupOptions {
  readonly signal?: AbortSignal | undefined;
  /** Share of the work done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface DevSetup {
  /** A .zkey as snarkjs reads it. */
  readonly provingKey: Uint8Array;
  readonly verificationKey: VerificationKey;
}

/**
 * Makes an insecure development key for a circuit, in seconds: the secrets are drawn here, from the operating system's
 * generator. The native addon wipes them; without it they are in a process that ends with the set-up. Two runs give two keys.
 *
 * @param r1cs a linked .r1cs
 * @throws VerimeshError R1CS_INVALID; the signal's reason if aborted
 */
export async function setupDev(r1cs: Uint8Array, options: SetupOptions = {}): Promise<DevSetup> {
  readR1cs(r1cs);
  const native = await nativeUnlessRefused();
  if (native !== null) {
    const provingKey = await native.setup(r1cs, options);
    return { provingKey, verificationKey: readVerificationKey(provingKey) };
  }
  const task = new ChildTask(new URL("./setupProcess.ts", import.meta.url));
  try {
    const request: SetupRequest = { r1cs };
    const provingKey = asBytes(await task.run<Uint8Array>(request, options));
    return { provingKey, verificationKey: readVerificationKey(provingKey) };
  } finally {
    await task.terminate();
  }
}

/** A message's bytes may arrive as a Buffer. */
function asBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Null where there is no native addon, or `VERIMESH_PROVER` asks for JavaScript. */
export async function nativeUnlessRefused(): Promise<NativeGroth16 | null> {
  const choice = proverFromEnvironment();
  if (choice === "snarkjs") return null;
  try {
    return await NativeGroth16.load();
  } catch (error) {
    if (choice === "native") throw error;
    return null;
  }
}
