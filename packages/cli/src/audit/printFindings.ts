import type { Output } from "../output/Output.ts";
import type { Finding, Verdict } from "./Findings.ts";

const MARKS: Readonly<Record<Verdict, string>> = { ok: "✔", wrong: "✘", skipped: "–" };
const MAX_DETAIL = 300;

/** One line a verdict, then the sum of them. */
export function printFindings(out: Output, list: readonly Finding[]): void {
  const width = Math.max(...list.map(({ check }) => check.length));
  for (const { check, verdict, detail } of list) {
    out.line(`${MARKS[verdict]} ${check.padEnd(width)}  ${printable(detail)}`);
  }
  const wrong = list.filter(({ verdict }) => verdict === "wrong").length;
  out.line();
  out.line(wrong === 0 ? "Nothing is wrong." : `${wrong} of ${list.length} checks found something wrong.`);
}

/** Text of others ends up in terminals: nothing in it may move the cursor, change colours, hide or reorder text. */
export function printable(text: string): string {
  const clean = text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, "�");
  return clean.length > MAX_DETAIL ? `${clean.slice(0, MAX_DETAIL)}…` : clean;
}
