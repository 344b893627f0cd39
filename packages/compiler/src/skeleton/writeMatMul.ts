import { confinedBits, packedTogether } from "./confinedBits.ts";
import type { Elements } from "./Elements.ts";
import { type Place, tieLinear } from "./Place.ts";

/** A matrix product per leading index; where a later decomposition confines the results, many of them at once. */
export function writeMatMul(place: Place): void {
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  if (hasConstants(left) || hasConstants(right)) {
    writePlain(place);
    return;
  }
  const { values, enforced } = place;
  const bits = confinedBits(values, range(values.length), enforced);
  if (bits === null) writePlain(place);
  else writePacked(place, bits);
}

function writePacked(place: Place, bits: number): void {
  const { text, id, values } = place;
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  const { m, k, n, count } = sizesOf(place);
  const together = packedTogether(bits);
  // Rows or columns, whichever takes fewer chunks: the columns of a·b are the rows of bᵀ·aᵀ.
  const byRows = Math.ceil(m / together) * n <= Math.ceil(n / together) * m;
  const turned = (rows: number, columns: number) => (i: number) => {
    const [batch, at] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
    return batch * rows * columns + (at % rows) * columns + Math.floor(at / rows);
  };
  const names = (elements: Elements, rows: number, columns: number) =>
    range(elements.length).map((i) => elements.name(byRows ? i : turned(rows, columns)(i)));
  const [first, second] = [names(left, m, k), names(right, k, n)];
  const [a, b] = byRows ? [first, second] : [second, first];
  const [rows, columns] = byRows ? [m, n] : [n, m];
  text.include("products/PackedMatMul.circom");
  const lists = {
    a: text.list(`left_${id}`, a),
    b: text.list(`right_${id}`, b),
    c: text.list(`result_${id}`, names(values, m, n)),
  };
  text.add(
    `component node_${id}[${count}];`,
    `for (var b = 0; b < ${count}; b++) {`,
    `    node_${id}[b] = PackedMatMul(${rows}, ${k}, ${columns}, ${bits});`,
    ...[
      ["a", rows * k],
      ["b", k * columns],
      ["c", rows * columns],
    ].flatMap(([name, size]) => [
      `    for (var i = 0; i < ${size}; i++) {`,
      `        node_${id}[b].${name}[i] <== ${lists[name as "a" | "b" | "c"](`b * ${size} + i`)};`,
      "    }",
    ]),
    "}",
  );
}

function writePlain(place: Place): void {
  const { text, id, values } = place;
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  const { m, k, n, count } = sizesOf(place);
  text.include("products/MatMul.circom");
  const a = text.list(`left_${id}`, left.names());
  const b = text.list(`right_${id}`, right.names());
  text.add(
    `component node_${id}[${count}];`,
    `for (var b = 0; b < ${count}; b++) {`,
    `    node_${id}[b] = MatMul(${m}, ${k}, ${n});`,
    `    for (var i = 0; i < ${m * k}; i++) {`,
    `        node_${id}[b].a[i] <== ${a(`b * ${m * k} + i`)};`,
    "    }",
    `    for (var i = 0; i < ${k * n}; i++) {`,
    `        node_${id}[b].b[i] <== ${b(`b * ${k * n} + i`)};`,
    "    }",
    "}",
  );
  if (hasConstants(left) || hasConstants(right)) {
    // The last product of a sum may be linear.
    for (let index = 0; index < values.length; index++) {
      tieLinear(place, index, `node_${id}[${Math.floor(index / (m * n))}].c[${index % (m * n)}]`);
    }
    return;
  }
  values.names();
  text.add(
    `for (var i = 0; i < ${values.length}; i++) {`,
    `    v_${id}[i] === node_${id}[i \\ ${m * n}].c[i % ${m * n}];`,
    "}",
  );
}

function sizesOf({ sources, values }: Place): { m: number; k: number; n: number; count: number } {
  const [m, k] = sources[0]!.shape.slice(-2) as [number, number];
  const n = sources[1]!.shape.at(-1)!;
  return { m, k, n, count: values.length / (m * n) };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function hasConstants(elements: Elements): boolean {
  return range(elements.length).some((index) => elements.constant(index) !== null);
}
