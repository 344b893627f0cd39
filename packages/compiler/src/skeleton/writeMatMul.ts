import { type Place, tieLinear } from "./Place.ts";
import type { Elements } from "./Elements.ts";

/** One matrix product per leading index. */
export function writeMatMul(place: Place): void {
  const { text, id, values } = place;
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  const [m, k] = left.shape.slice(-2) as [number, number];
  const n = right.shape.at(-1)!;
  const count = values.length / (m * n);
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

function hasConstants(elements: Elements): boolean {
  return Array.from({ length: elements.length }, (_, index) => index).some(
    (index) => elements.constant(index) !== null,
  );
}
