import { type Place, tieLinear } from "./Place.ts";

/** One constraint a product; a product with a constant is linear and tied as such. */
export function writeMultiply({ ...place }: Place): void {
  const { text, values } = place;
  const [left, right] = [place.sources[0]!, place.sources[1]!];
  for (let index = 0; index < values.length; index++) {
    const product = `${left.name(index)} * ${right.name(index)}`;
    if (left.constant(index) === null && right.constant(index) === null) {
      text.add(`${values.name(index)} === ${product};`);
    } else {
      tieLinear(place, index, product);
    }
  }
}
