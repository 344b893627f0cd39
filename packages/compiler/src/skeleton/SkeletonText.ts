import { type CircuitLayout, signalAt } from "@verimesh/core";

/** The text of a skeleton while it is written: includes, lines, and which wires the lines name. */
export class SkeletonText {
  readonly lines: string[] = [];
  private readonly layout: CircuitLayout;
  private readonly includes = new Set<string>();
  private readonly named = new Set<number>();

  constructor(layout: CircuitLayout) {
    this.layout = layout;
  }

  /** Path of a template, relative to `circuits/`. */
  include(...paths: readonly string[]): void {
    for (const path of paths) this.includes.add(path);
  }

  add(...lines: readonly string[]): void {
    this.lines.push(...lines.map((line) => (line === "" ? "" : `    ${line}`)));
  }

  /** The signal of a wire, which from now on counts as named in a constraint. */
  signal(wire: number): string {
    this.named.add(wire);
    const { name, index } = signalAt(this.layout, wire);
    return `${name}[${index}]`;
  }

  /** The wires of private inputs that no line has named so far. */
  unnamed(): number[] {
    return this.layout.privateSignals.flatMap(({ firstWire, length }) =>
      Array.from({ length }, (_, i) => firstWire + i).filter((wire) => !this.named.has(wire)),
    );
  }

  /**
   * Declares a list of expressions and gives the text of one of them by the text of its index. A run of one signal
   * needs no declaration.
   *
   * @param name of the list, should it need one
   */
  list(name: string, items: readonly string[]): (index: string) => string {
    const run = runOf(items);
    if (run !== null) return (index) => `${run.signal}[${run.first === 0 ? index : `${run.first} + ${index}`}]`;
    this.add(`var ${name}[${items.length}] = [${items.join(", ")}];`);
    return (index) => `${name}[${index}]`;
  }

  /** As `list`, for numbers that repeat after a period. */
  periodic(name: string, values: readonly number[]): (index: string) => string {
    let period = 1;
    while (values.length % period !== 0 || values.some((value, i) => value !== values[i % period])) period++;
    if (period === 1) return () => String(values[0]);
    this.add(`var ${name}[${period}] = [${values.slice(0, period).join(", ")}];`);
    return (index) => (period === values.length ? `${name}[${index}]` : `${name}[(${index}) % ${period}]`);
  }

  /** The whole source, with the template's body as added. */
  source(head: readonly string[], tail: readonly string[]): string {
    const includes = [...this.includes].sort().map((path) => `include "${path}";`);
    return ["pragma circom 2.2.0;", "", ...includes, "", ...head, ...this.lines, ...tail, ""].join("\n");
  }
}

function runOf(items: readonly string[]): { readonly signal: string; readonly first: number } | null {
  const start = /^(\w+)\[(\d+)\]$/.exec(items[0] ?? "");
  if (start === null) return null;
  const [signal, first] = [start[1]!, Number(start[2])];
  return items.every((item, i) => item === `${signal}[${first + i}]`) ? { signal, first } : null;
}
