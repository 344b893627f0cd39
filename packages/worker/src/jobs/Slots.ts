/** How many jobs are worked on at once. First come, first served; a holder may ask again and keeps its one slot. */
export class Slots {
  readonly #capacity: number;
  readonly #holders = new Set<bigint>();
  readonly #waiting: { readonly jobId: bigint; readonly admit: () => void }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get held(): number {
    return this.#holders.size;
  }

  has(jobId: bigint): boolean {
    return this.#holders.has(jobId);
  }

  /** A slot even if none is free: for jobs that were claimed before, which must be finished. */
  force(jobId: bigint): void {
    this.#holders.add(jobId);
  }

  /** Resolves once the job has a slot. Rejects when the signal fires. */
  take(jobId: bigint, signal: AbortSignal): Promise<void> {
    if (this.has(jobId)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const entry = { jobId, admit: resolve };
      this.#waiting.push(entry);
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
