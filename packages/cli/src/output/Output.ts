import { VerimeshError } from "@verimesh/core";
import Table from "cli-table3";

export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * What a command says. People read text and tables on standard output; with `--json` a program reads one JSON object in
 * its last line. Progress goes to standard error either way.
 */
export class Output {
  readonly json: boolean;
  readonly #streams: Streams;
  readonly #colour: boolean;

  constructor(streams: Streams, options: { json: boolean; noColour: boolean }) {
    this.#streams = streams;
    this.json = options.json;
    this.#colour = !options.noColour && streams.stdout.isTTY === true;
  }

  line(text = ""): void {
    if (!this.json) this.#streams.stdout.write(`${text}\n`);
  }

  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const style = this.#colour ? { head: ["cyan"], border: ["grey"] } : { head: [], border: [] };
    const table = new Table({ head: [...head], style });
    for (const row of rows) table.push([...row]);
    this.line(table.toString());
  }

  /** Name and value, a line each. */
  facts(facts: Readonly<Record<string, string | number | undefined>>): void {
    const shown = Object.entries(facts).filter(([, value]) => value !== undefined);
    const width = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value] of shown) this.line(`${name.padEnd(width)}  ${value}`);
  }

  /** What takes a while. */
  progress(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  /** The object that `--json` prints. To be called once, last. Bigints become decimal strings. */
  result(value: object): void {
    if (this.json) this.#streams.stdout.write(`${stringify(value)}\n`);
  }

  error(error: unknown): void {
    const { code, message, details } = describe(error);
    if (this.json) {
      this.#streams.stdout.write(`${stringify({ error: { code, message, details: details ?? null } })}\n`);
    } else {
      this.#streams.stderr.write(`Error: ${message}\n${details ? `${details}\n` : ""}`);
    }
  }
}

function describe(error: unknown): { code: string; message: string; details: string | undefined } {
  if (error instanceof VerimeshError) {
    return { code: error.code, message: error.shortMessage, details: error.details };
  }
  // Not one of ours: nothing is left out, so that it can be reported.
  const known = error instanceof Error ? error : new Error(String(error));
  return { code: "UNEXPECTED", message: known.message, details: known.stack };
}

function stringify(value: object): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
}
