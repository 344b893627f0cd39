/** Seconds before try number `attempt` (from 0): 0.25, 0.5, 1 … up to 30, each shortened by up to half at random. */
export function backoffSeconds(attempt: number, random: () => number = Math.random): number {
  return Math.min(30, 0.25 * 2 ** Math.min(attempt, 10)) * (1 - random() / 2);
}

/** Resolves after `seconds`, or at once when the signal fires. Never keeps the process alive by itself alone. */
export function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    // setTimeout takes at most 2^31 - 1 ms.
    const timer = setTimeout(done, Math.min(seconds * 1000, 2 ** 31 - 1));
    signal?.addEventListener("abort", done, { once: true });
  });
}
