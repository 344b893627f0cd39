import { escaped } from "./text.ts";

/** Elements of a picture as text. Numbers are rounded, text is escaped: nothing in a report is ever markup of a model's. */
type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === "number" ? String(Math.round(100 * value) / 100) : escaped(value);
    return ` ${key}="${text}"`;
  });
  return `<${name}${written.join("")}${content === "" ? "/>" : `>${content}</${name}>`}`;
}

export function label(
  x: number,
  y: number,
  text: string,
  { anchor = "start", ...others }: Attributes & { readonly anchor?: "start" | "middle" | "end" } = {},
): string {
  return element("text", { x, y, "text-anchor": anchor, ...others }, escaped(text));
}

export function line(x1: number, y1: number, x2: number, y2: number, others: Attributes = {}): string {
  return element("line", { x1, y1, x2, y2, stroke: "#000", ...others });
}

/** Three to seven round numbers that span an interval. */
export function ticks(lo: number, hi: number): number[] {
  const raw = (hi - lo) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? 10 * power;
  const first = Math.floor(lo / step);
  const last = Math.max(first + 1, Math.ceil(hi / step));
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}
