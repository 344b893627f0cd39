import { type Bn128, buildBn128 } from "ffjavascript";

/**
 * snarkjs takes its curve from a global of ffjavascript's, and makes one with a thread per core if there is none: these
 * keep the process alive until they are told to end. So the global is set for each use, and cleared after it.
 */
const globals = globalThis as { curve_bn128?: Bn128 | null };

let single: Promise<Bn128> | null = null;
let threaded: Promise<Bn128> | null = null;
let last: Promise<unknown> = Promise.resolve();

/** Runs snarkjs in this thread alone: for verification, where starting threads takes longer than the work. */
export function withSingleThread<T>(act: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    globals.curve_bn128 = await (single ??= buildBn128(true));
    return act();
  });
}

/** Runs snarkjs with a thread per core. The threads stay until `endThreads`. */
export function withAllThreads<T>(act: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    globals.curve_bn128 = await (threaded ??= buildBn128());
    return act();
  });
}

/** Ends the threads that `withAllThreads` started, so that the process can end. */
export function endThreads(): Promise<void> {
  return exclusively(async () => {
    const curve = await threaded;
    threaded = null;
    await curve?.terminate();
  });
}

/** Runs one use of snarkjs at a time, with no curve left over from another. */
export function exclusively<T>(act: () => Promise<T>): Promise<T> {
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
