import { VerimeshError } from "@verimesh/core";

/** `skipped`: not applicable, or not to be known from here; the detail says why. */
export type Verdict = "ok" | "wrong" | "skipped";

/** One line of a report. */
export interface Finding {
  /** What was looked at: short, the same for every model and job. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

/** Without the chain or the files' gateway there is no verdict at all; whatever else goes wrong was caused by what is audited. */
const NO_VERDICT: ReadonlySet<string> = new Set(["RPC_UNREACHABLE", "GATEWAY_UNREACHABLE", "GATEWAY_FAILED"]);

/** What a check found out, for the checks that follow, and how a person reads it. */
export interface Found<T> {
  readonly value: T;
  readonly detail: string;
}

/** Collects the verdicts of an audit. What is wrong with one thing does not end the audit of the others. */
export class Findings {
  readonly list: Finding[] = [];
  readonly #onCheck: (check: string) => void;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal, onCheck: (check: string) => void = () => undefined) {
    this.#signal = signal;
    this.#onCheck = onCheck;
  }

  get allRight(): boolean {
    return this.list.every(({ verdict }) => verdict !== "wrong");
  }

  /** Runs a check: what it returns is the detail of a good verdict, what it throws that of a bad one. */
  async check(check: string, run: () => Promise<string> | string): Promise<boolean> {
    const found = await this.derive(check, async () => ({ value: true, detail: await run() }));
    return found === true;
  }

  /** As `check`, and gives what was derived on the way; undefined if it could not be. */
  async derive<T>(check: string, run: () => Promise<Found<T>> | Found<T>): Promise<T | undefined> {
    this.#signal.throwIfAborted();
    this.#onCheck(check);
    try {
      const { value, detail } = await run();
      this.#add(check, "ok", detail);
      return value;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof VerimeshError && NO_VERDICT.has(error.code)) throw error;
      if (error instanceof Inapplicable) this.#add(check, "skipped", error.message);
      else this.#add(check, "wrong", describe(error));
      return undefined;
    }
  }

  skip(check: string, why: string): void {
    this.#add(check, "skipped", why);
  }

  #add(check: string, verdict: Verdict, detail: string): void {
    this.list.push({ check, verdict, detail });
  }
}

/** Thrown by a check that finds out that there is nothing to check. */
export class Inapplicable extends Error {}

/** Ends a check: the two should be the same. */
export function mismatch(message: string): never {
  throw new VerimeshError(message, { code: "AUDIT_MISMATCH" });
}

/** Fails the check unless both are the same, as text. */
export function requireEqual(what: string, found: unknown, expected: unknown): void {
  if (String(found) !== String(expected)) mismatch(`${what} is ${String(found)}; expected ${String(expected)}`);
}

function describe(error: unknown): string {
  if (!(error instanceof VerimeshError)) return error instanceof Error ? error.message : String(error);
  return error.details === undefined ? error.shortMessage : `${error.shortMessage} ${error.details}`;
}
