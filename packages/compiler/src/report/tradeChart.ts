import type { ModelReport } from "./ModelReport.ts";
import { element, label, line, ticks } from "./svg.ts";
import { countText, percentText } from "./text.ts";

const BOX = { left: 86, right: 620, top: 54, bottom: 300 };

/** Accuracy against constraints: a ring for each candidate, a filled diamond for the chosen one, a dashed line for float. */
export function tradeChart({ candidates, accuracy }: ModelReport): string {
  const points = candidates.filter((candidate) => candidate.accuracy !== null);
  const shares = [accuracy.float, ...points.map((point) => point.accuracy!)];
  const xs = ticks(Math.min(...points.map(spread(0.98))), Math.max(...points.map(spread(1.02))));
  const margin = Math.max(0.002, (Math.max(...shares) - Math.min(...shares)) / 5);
  const ys = ticks(Math.max(0, Math.min(...shares) - margin), Math.min(1, Math.max(...shares) + margin));
  const x = (value: number) => at(value, xs, BOX.left, BOX.right);
  const y = (value: number) => at(value, ys, BOX.bottom, BOX.top);

  const parts = [label(BOX.left, 26, "Accuracy against constraints", { "font-size": 16, "font-weight": "bold" })];
  parts.push(label(BOX.right, 26, "diamond: chosen · rings: other candidates", { anchor: "end" }));
  for (const value of ys) {
    parts.push(line(BOX.left, y(value), BOX.right, y(value), { stroke: "#ddd" }));
    parts.push(label(BOX.left - 8, y(value) + 4, percentText(value), { anchor: "end" }));
  }
  for (const value of xs) {
    parts.push(line(x(value), BOX.bottom, x(value), BOX.bottom + 5));
    parts.push(label(x(value), BOX.bottom + 20, countText(value), { anchor: "middle" }));
  }
  parts.push(line(BOX.left, BOX.top, BOX.left, BOX.bottom), line(BOX.left, BOX.bottom, BOX.right, BOX.bottom));
  parts.push(label((BOX.left + BOX.right) / 2, BOX.bottom + 42, "constraints", { anchor: "middle" }));
  const middle = (BOX.top + BOX.bottom) / 2;
  parts.push(
    label(18, middle, "right on held-out samples", { anchor: "middle", transform: `rotate(-90 18 ${middle})` }),
  );
  parts.push(line(BOX.left, y(accuracy.float), BOX.right, y(accuracy.float), { "stroke-dasharray": "6 4" }));
  parts.push(label(BOX.right, y(accuracy.float) - 6, `float model, ${percentText(accuracy.float)}`, { anchor: "end" }));
  for (const point of points.filter(({ isChosen }) => !isChosen)) {
    parts.push(
      element("circle", { cx: x(point.constraints), cy: y(point.accuracy!), r: 5, fill: "#fff", stroke: "#000" }),
    );
  }
  const chosen = points.find(({ isChosen }) => isChosen);
  if (chosen !== undefined) {
    const [cx, cy] = [x(chosen.constraints), y(chosen.accuracy!)];
    parts.push(element("path", { d: `M${cx} ${cy - 8}L${cx + 8} ${cy}L${cx} ${cy + 8}L${cx - 8} ${cy}Z` }));
    const isRight = cx > (BOX.left + BOX.right) / 2;
    const text = `chosen: ${percentText(chosen.accuracy!)}, ${countText(chosen.constraints)}`;
    parts.push(
      label(cx + (isRight ? -13 : 13), cy + 18, text, { anchor: isRight ? "end" : "start", "font-weight": "bold" }),
    );
  }
  return parts.join("\n");
}

const spread =
  (factor: number) =>
  ({ constraints }: { readonly constraints: number }): number =>
    constraints * factor;

function at(value: number, scale: readonly number[], start: number, end: number): number {
  const [lo, hi] = [scale[0]!, scale.at(-1)!];
  return start + ((value - lo) / (hi - lo)) * (end - start);
}
