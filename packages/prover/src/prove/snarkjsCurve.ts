import { buildBn128 } from "ffjavascript";

/**
 * snarkjs takes its curve from a global of ffjavascript's, and makes one with a thread per core if there is none: these
 * keep the process alive until they are told to end. So the global is set for each use, and cleared after it.
 */
const globals = globalThis as { curve_bn128?: { terminate(): Promise<void> } | null };

let single: ReturnType<typeof buildBn128> | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs snarkjs in this thread alone: for verification, where starting threads takes longer than the work. */
export function withSingleThread<T>(act: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    globals.curve_bn128 = await (single ??= buildBn128(true));
    return act();
  });
}

/** Runs snarkjs with a thread per core, and ends the threads. */
export function withAllThreads<T>(act: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    try {
      return await act();
    } finally {
      await globals.curve_bn128?.terminate();
    }
  });
}

function exclusively<T>(act: () => Promise<T>): Promise<T> {
  const result = last.then(async () => {
    globals.curve_bn128 = null;
    try {
      return await act();
    } finally {
      globals.curve_bn128 = null;
    }
  });
  last = result.catch(() => undefined);
  return result;
}
