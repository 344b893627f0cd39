/** Basis points as a person reads them. */
export function percent(bps: bigint): string {
  return `${Number(bps) / 100} %`;
}

/** ISO time of unix seconds; a value that no date can hold is shown as it is. */
export function date(seconds: bigint): string {
  return seconds < 8_640_000_000_000n ? new Date(Number(seconds) * 1000).toISOString() : `${seconds}`;
}

/** A token by its address, ETH by the zero address. */
export function asset(token: string): string {
  return /^0x0+$/.test(token) ? "ETH" : `the token ${token}`;
}

/** For errors that no action of the SDK can cause. */
export const INTERNAL =
  "This is not a call for users: report it, with the transaction, if an action of the SDK led to it.";

/** A number of things: `1 run`, `2 runs`. */
export function count(amount: bigint, thing: string): string {
  return `${amount} ${thing}${amount === 1n ? "" : "s"}`;
}
