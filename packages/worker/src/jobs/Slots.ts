interface Waiter {
  readonly jobId: bigint;
  readonly urgent: boolean;
  readonly admit: () => void;
}

/**
 * How many jobs are worked on at once. Urgent ones, those with a bond at stake, come first; otherwise first come, first
 * served. A holder may ask again and keeps its one slot.
 */
export class Slots {
  readonly #capacity: number;
  readonly #holders = new Set<bigint>();
  readonly #waiting: Waiter[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get held(): number {
    return this.#holders.size;
  }

  has(jobId: bigint): boolean {
    return this.#holders.has(jobId);
  }

  /** Resolves once the job has a slot. Rejects when the signal fires. */
  take(jobId: bigint, signal: AbortSignal, urgent = false): Promise<void> {
    if (this.has(jobId)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const entry = { jobId, urgent, admit: resolve };
      const behind = this.#waiting.findIndex((other) => urgent && !other.urgent);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, entry);
      signal.addEventListener(
        "abort",
        () => {
          const index = this.#waiting.indexOf(entry);
          if (index >= 0) this.#waiting.splice(index, 1);
          reject(signal.reason as Error);
        },
        { once: true },
      );
      this.#admit();
    });
  }

  release(jobId: bigint): void {
    if (this.#holders.delete(jobId)) this.#admit();
  }

  #admit(): void {
    while (this.#holders.size < this.#capacity) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#holders.add(next.jobId);
      next.admit();
    }
  }
}
