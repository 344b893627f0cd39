import type { DecodedOutput, Hiding } from "@verimesh/core";

export function answerText(answer: DecodedOutput): string {
  if (answer.kind === "argmax") return answer.label ?? String(answer.index);
  if (answer.kind === "topK") return (answer.labels ?? answer.indices).join(", ");
  return answer.scores
    .map((score, i) => [answer.labels?.[i], score.toPrecision(5)].filter(Boolean).join(" "))
    .join(", ");
}

/** An answer as `--json` prints it. */
export function answerJson(answer: DecodedOutput): object {
  if (answer.kind === "argmax") return { index: answer.index, label: answer.label ?? null };
  if (answer.kind === "topK") return { indices: answer.indices, labels: answer.labels ?? null };
  return { scores: answer.scores, integers: answer.integers, labels: answer.labels ?? null };
}

/** What of a job the chain does not show; undefined where it shows all. */
export function hiddenText(hides: Hiding): string | undefined {
  if (hides === "nothing") return undefined;
  return hides === "input" ? "the input, behind a commitment" : "input and answer, behind commitments";
}

export function timeText(unixSeconds: bigint): string | undefined {
  return unixSeconds === 0n ? undefined : new Date(Number(unixSeconds) * 1000).toISOString();
}
