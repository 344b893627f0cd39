import { requantize, type RequantizeNode } from "@verimesh/core";
import { coarseInterval } from "./coarseInterval.ts";
import { indexList, type Place, tieLinear } from "./Place.ts";

/** Per element its own interval, rounded up to what costs the same. */
export function writeRequantize(node: RequantizeNode, place: Place): void {
  const { text, id, values } = place;
  const source = place.sources[0]!;
  const { lo, hi } = node;
  const shiftOf = (index: number) => node.shifts[index % node.shifts.length]!;
  for (let index = 0; index < source.length; index++) {
    const constant = source.constant(index);
    if (constant !== null) tieLinear(place, index, requantize(constant, shiftOf(index), lo, hi));
  }
  const { indices, at } = indexList(place, source.length, (index) => source.constant(index) === null);
  if (indices.length === 0) return;

  text.include("activations/Requantize.circom");
  const intervals = indices.map((index) => coarseInterval(source.interval(index), shiftOf(index), lo, hi));
  const shift = text.periodic(`shift_${id}`, indices.map(shiftOf));
  const accLo = text.periodic(
    `accLo_${id}`,
    intervals.map((interval) => interval.lo),
  );
  const accHi = text.periodic(
    `accHi_${id}`,
    intervals.map((interval) => interval.hi),
  );
  const from = text.list(
    `source_${id}`,
    indices.map((index) => source.name(index)),
  );
  indices.forEach((index) => values.name(index));
  text.add(
    `component node_${id}[${indices.length}];`,
    `for (var i = 0; i < ${indices.length}; i++) {`,
    `    node_${id}[i] = Requantize(${shift("i")}, ${accLo("i")}, ${accHi("i")}, ${lo}, ${hi});`,
    `    node_${id}[i].acc <== ${from("i")};`,
    `    v_${id}[${at("i")}] === node_${id}[i].y;`,
    "}",
  );
}
