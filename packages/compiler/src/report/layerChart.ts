import type { LayerCost } from "./layerCosts.ts";
import { element, label } from "./svg.ts";
import { countText, shortened } from "./text.ts";

/** Bars at most; what is left is one more. */
const BARS = 14;
const ROW = 22;
const LEFT = 250;
const WIDTH = 300;
const HEAD = 46;

/** A bar for each part of the circuit in its order, the smallest ones together. */
export function layerChart(layers: readonly LayerCost[]): { readonly content: string; readonly height: number } {
  const bars = barsOf(layers);
  const most = Math.max(1, ...bars.map(({ constraints }) => constraints));
  const parts = [label(20, 26, "Constraints by layer", { "font-size": 16, "font-weight": "bold" })];
  bars.forEach(({ name, constraints, share }, k) => {
    const y = HEAD + k * ROW;
    const width = Math.max(1, (WIDTH * constraints) / most);
    parts.push(label(LEFT - 8, y + 13, name, { anchor: "end" }));
    parts.push(element("rect", { x: LEFT, y: y + 2, width, height: ROW - 7, fill: "#bbb", stroke: "#000" }));
    parts.push(label(LEFT + width + 6, y + 13, `${countText(constraints)} · ${(100 * share).toFixed(1)} %`));
  });
  return { content: parts.join("\n"), height: HEAD + bars.length * ROW + 10 };
}

type Bar = Pick<LayerCost, "name" | "constraints" | "share">;

function barsOf(layers: readonly LayerCost[]): Bar[] {
  const costly = layers.filter(({ constraints }) => constraints > 0);
  const ranked = costly.toSorted((a, b) => b.constraints - a.constraints);
  const shown = new Set(ranked.slice(0, costly.length <= BARS + 1 ? BARS + 1 : BARS));
  const bars: Bar[] = costly.filter((layer) => shown.has(layer)).map(named);
  const rest = costly.filter((layer) => !shown.has(layer));
  if (rest.length > 0) {
    const sum = (pick: (layer: LayerCost) => number) => rest.reduce((total, layer) => total + pick(layer), 0);
    bars.push({
      name: `${rest.length} smaller ones`,
      constraints: sum(({ constraints }) => constraints),
      share: sum(({ share }) => share),
    });
  }
  return bars;
}

function named({ name, kind, constraints, share }: LayerCost): Bar {
  const isNode = kind !== "input" && kind !== "answer";
  return { name: isNode ? `${shortened(name, 20)} (${kind})` : name, constraints, share };
}
