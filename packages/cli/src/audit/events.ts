/** Where an event stands in the chain. */
export interface Position {
  readonly blockNumber: bigint;
  readonly logIndex: number;
}

export function isBefore(event: Position, other: Position): boolean {
  if (event.blockNumber !== other.blockNumber) return event.blockNumber < other.blockNumber;
  return event.logIndex < other.logIndex;
}

/** Sorts as the chain has them. */
export function byPosition(event: Position, other: Position): number {
  return isBefore(event, other) ? -1 : Number(isBefore(other, event));
}

/** The one that happened last; undefined if there is none. */
export function latestOf<Event extends Position>(events: readonly Event[]): Event | undefined {
  return events.reduce<Event | undefined>(
    (last, event) => (last === undefined || isBefore(last, event) ? event : last),
    undefined,
  );
}
