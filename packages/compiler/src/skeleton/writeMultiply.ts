import { confinedBits, packedTogether } from "./confinedBits.ts";
import { type Place, tieLinear } from "./Place.ts";

/**
 * One constraint a product; one for many products of the same factor, where later decompositions confine them. A product
 * with a constant is linear and tied as such.
 */
export function writeMultiply(place: Place): void {
  const { text, values } = place;
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  const byFactor = new Map<number, number[]>();
  const timesNamed = new Map<number, number>();
  const isSquare = (index: number) => left.wire(index) === right.wire(index);
  for (let index = 0; index < values.length; index++) {
    if (isSquare(index)) continue;
    for (const wire of [left.wire(index), right.wire(index)]) timesNamed.set(wire, (timesNamed.get(wire) ?? 0) + 1);
  }
  for (let index = 0; index < values.length; index++) {
    if (left.constant(index) !== null || right.constant(index) !== null) {
      tieLinear(place, index, `${left.name(index)} * ${right.name(index)}`);
      continue;
    }
    const [a, b] = [left.wire(index), right.wire(index)];
    if (isSquare(index)) {
      text.add(`${values.name(index)} === ${left.name(index)} * ${right.name(index)};`);
      continue;
    }
    const factor = timesNamed.get(a)! > timesNamed.get(b)! ? a : b;
    byFactor.set(factor, [...(byFactor.get(factor) ?? []), index]);
  }
  for (const [factor, indices] of byFactor) writeGroup(place, factor, indices);
}

function writeGroup({ text, values, sources, enforced }: Place, factor: number, indices: readonly number[]): void {
  const [left, right] = [sources[0]!, sources[1]!];
  const bits = indices.length > 1 ? confinedBits(values, indices, enforced) : null;
  const together = bits === null ? 1 : packedTogether(bits);
  const other = (index: number) => (left.wire(index) === factor ? right : left).name(index);
  for (let start = 0; start < indices.length; start += together) {
    const chunk = indices.slice(start, start + together);
    if (chunk.length === 1) {
      text.add(`${values.name(chunk[0]!)} === ${other(chunk[0]!)} * ${text.signal(factor)};`);
      continue;
    }
    // As one column of PackedMatMul, of one product.
    const n = chunk.length;
    const name = `scaled_${values.wire(chunk[0]!)}`;
    text.include("products/PackedMatMul.circom");
    text.add(
      `component ${name} = PackedMatMul(${n}, 1, 1, ${bits});`,
      `${name}.b[0] <== ${text.signal(factor)};`,
      ...chunk.flatMap((index, i) => [
        `${name}.a[${i}] <== ${other(index)};`,
        `${name}.c[${i}] <== ${values.name(index)};`,
      ]),
    );
  }
}
