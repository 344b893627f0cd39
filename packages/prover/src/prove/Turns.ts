/** A fixed number of places, each with something of its own; who comes later waits for one. */
export class Turns<Place> {
  readonly all: readonly Place[];
  private readonly free: Place[];
  private readonly waiting: ((place: Place) => void)[] = [];

  constructor(places: readonly Place[]) {
    this.all = places;
    this.free = [...places];
  }

  /** Acts in a place. @throws the signal's reason if aborted while waiting */
  async take<Result>(act: (place: Place) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const place = this.free.pop() ?? (await this.wait(signal));
    try {
      return await act(place);
    } finally {
      const next = this.waiting.shift();
      if (next) next(place);
      else this.free.push(place);
    }
  }

  private wait(signal?: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      const admit = (place: Place) => {
        signal?.removeEventListener("abort", abort);
        resolve(place);
      };
      const abort = () => {
        this.waiting.splice(this.waiting.indexOf(admit), 1);
        reject(signal?.reason as Error);
      };
      this.waiting.push(admit);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}
