/** The newest block that the watch has seen, for those who wait for a block or for a time of the chain's clock. */
export class Head {
  #number = 0;
  #timestamp = 0;
  readonly #waiting = new Set<() => void>();

  get number(): number {
    return this.#number;
  }

  /** Told by the watch, each time it asks. */
  moved(number: number, timestamp: number): void {
    if (number === this.#number && timestamp === this.#timestamp) return;
    this.#number = number;
    this.#timestamp = timestamp;
    for (const check of [...this.#waiting]) check();
  }

  /** Resolves once the head has come so far, or the signal fires; never, if neither is given. */
  reaches(goal: { readonly block?: number | undefined; readonly time?: number | undefined }, signal: AbortSignal) {
    const { block = Infinity, time = Infinity } = goal;
    return new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(check);
        signal.removeEventListener("abort", done);
        resolve();
      };
      // The next block carries at least one second more, as a rule.
      const check = (): void => {
        if (this.#number >= block || this.#timestamp + 1 >= time || signal.aborted) done();
      };
      this.#waiting.add(check);
      signal.addEventListener("abort", done, { once: true });
      check();
    });
  }
}
