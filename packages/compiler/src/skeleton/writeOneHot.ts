import type { OneHotNode } from "@verimesh/core";
import { type Place, tieLinear } from "./Place.ts";

export function writeOneHot(node: OneHotNode, place: Place): void {
  const { text, id, values } = place;
  const source = place.sources[0]!;
  for (let index = 0; index < source.length; index++) {
    const constant = source.constant(index);
    if (constant !== null) {
      for (let j = 0; j < node.size; j++) tieLinear(place, index * node.size + j, constant === node.lo + j ? 1 : 0);
      continue;
    }
    text.include("comparisons/OneHot.circom");
    text.add(
      `signal hot_${id}_${index}[${node.size}] <== OneHot(${node.lo}, ${node.size})(${source.name(index)});`,
      `for (var j = 0; j < ${node.size}; j++) {`,
      `    v_${id}[${index * node.size} + j] === hot_${id}_${index}[j];`,
      "}",
    );
    for (let j = 0; j < node.size; j++) values.name(index * node.size + j);
  }
}
