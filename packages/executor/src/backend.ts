import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";

/** `node-gpu`: TensorFlow's native library on CUDA. `wasm`: SIMD on one core. `cpu`: plain JavaScript. */
export type BackendName = "node-gpu" | "wasm" | "cpu";

/** Fastest first. */
export const BACKEND_NAMES: readonly BackendName[] = ["node-gpu", "wasm", "cpu"];

export interface Backend {
  readonly name: BackendName;
  /** TensorFlow.js' name of it, for `tf.setBackend`. */
  readonly tfName: string;
  /** For logs: `wasm (SIMD), TensorFlow.js 4.22.0`. */
  readonly description: string;
  /** Backends that were tried before and why they did not load. */
  readonly skipped: readonly { readonly name: BackendName; readonly reason: string }[];
}

/**
 * Loads the first backend that works. Each is imported only when it is tried; nothing is downloaded.
 *
 * @param preference backends to try, in order; default the fastest first
 * @throws VerimeshError `BACKEND_UNAVAILABLE` if none loads, with each one's reason
 */
export async function loadBackend(preference: BackendName | readonly BackendName[] = BACKEND_NAMES): Promise<Backend> {
  const skipped: { name: BackendName; reason: string }[] = [];
  for (const name of typeof preference === "string" ? [preference] : preference) {
    try {
      const { tfName, description } = await loaders[name]();
      await onBackend(tfName, () => tf.scalar(1).dispose());
      return { name, tfName, description: `${description}, TensorFlow.js ${tf.version_core}`, skipped };
    } catch (cause) {
      skipped.push({ name, reason: firstLine(cause) });
    }
  }
  throw new VerimeshError("No TensorFlow.js backend could be loaded.", {
    code: "BACKEND_UNAVAILABLE",
    details: skipped.map(({ name, reason }) => `${name}: ${reason}`).join("\n"),
  });
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs operations on a backend. TensorFlow.js has one active backend per process and setting it waits, so callers take
 * turns; the operations themselves must not wait.
 */
export function onBackend<T>(tfName: string, operations: () => T): Promise<T> {
  const mine = turn.then(async () => {
    // Without it TensorFlow.js prints advice to install its native library.
    tf.env().set("PROD", true);
    if (tf.getBackend() !== tfName && !(await tf.setBackend(tfName))) {
      throw new Error(`TensorFlow.js could not initialise "${tfName}"`);
    }
    return operations();
  });
  turn = mine.catch(() => undefined);
  return mine;
}

interface LoadedBackend {
  readonly tfName: string;
  readonly description: string;
}

const loaders: Record<BackendName, () => Promise<LoadedBackend>> = {
  "node-gpu": async () => {
    // tfjs-node 4.22 calls it; Node 23 removed it.
    const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
    legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
    // CUDA's libraries read it when they load: TF32 keeps 11 bits of an operand, and ours have up to 24.
    process.env["NVIDIA_TF32_OVERRIDE"] ??= "0";
    // A variable, since the package is optional and may be absent.
    const optional: string = "@tensorflow/tfjs-node-gpu";
    await import(optional);
    return { tfName: "tensorflow", description: "node-gpu (CUDA)" };
  },
  wasm: async () => {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(dirname(entry) + sep);
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    return { tfName: "wasm", description: simd ? "wasm (SIMD)" : "wasm (no SIMD)" };
  },
  cpu: async () => {
    await import("@tensorflow/tfjs-backend-cpu");
    return { tfName: "cpu", description: "cpu (plain JavaScript)" };
  },
};

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split("\n", 1)[0]!;
}
