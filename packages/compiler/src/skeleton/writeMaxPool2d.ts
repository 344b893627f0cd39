import { bitLength, type MaxPool2dNode } from "@verimesh/core";
import type { Elements } from "./Elements.ts";
import { indexList, type Place, tieLinear } from "./Place.ts";

/**
 * Constants of a window come first: the last comparison is with a wire, so that the result is no linear expression, unless
 * a rearrangement has made all of the window one wire.
 */
export function writeMaxPool2d(node: MaxPool2dNode, place: Place): void {
  const { text, id, values } = place;
  const source = place.sources[0]!;
  const size = node.window[0] * node.window[1];
  const windows = Array.from({ length: values.length }, (_, index) =>
    windowOf(node, source.shape, values.shape, index).sort(
      (a, b) => Number(source.constant(b) !== null) - Number(source.constant(a) !== null),
    ),
  );
  const needsNoMax = (index: number) => {
    const [first, ...others] = windows[index]!;
    const isOneWire = others.every((element) => source.wire(element) === source.wire(first!));
    return isOneWire || source.constant(windows[index]!.at(-1)!) !== null;
  };
  windows.forEach((window, index) => {
    if (!needsNoMax(index)) return;
    const constants = window.map((element) => source.constant(element));
    tieLinear(place, index, constants.includes(null) ? source.name(window[0]!) : Math.max(...(constants as number[])));
  });
  const { indices, at } = indexList(place, values.length, (index) => !needsNoMax(index));
  if (indices.length === 0) return;

  text.include("pooling/Max.circom");
  const span = text.periodic(
    `span_${id}`,
    indices.map((index) => spanOf(source, windows[index]!)),
  );
  const items = indices.flatMap((index) => windows[index]!.map((element) => source.name(element)));
  const from = text.list(`source_${id}`, items);
  indices.forEach((index) => values.name(index));
  text.add(
    `component node_${id}[${indices.length}];`,
    `for (var i = 0; i < ${indices.length}; i++) {`,
    `    node_${id}[i] = Max(${size}, ${span("i")});`,
    `    for (var j = 0; j < ${size}; j++) {`,
    `        node_${id}[i].x[j] <== ${from(`i * ${size} + j`)};`,
    "    }",
    `    v_${id}[${at("i")}] === node_${id}[i].y;`,
    "}",
  );
}

/** How far apart two elements of a window can be, rounded up to full bits. */
function spanOf(source: Elements, window: readonly number[]): number {
  const intervals = window.map((element) => source.interval(element));
  const lo = Math.min(...intervals.map((interval) => interval.lo));
  const hi = Math.max(...intervals.map((interval) => interval.hi));
  return 2 ** bitLength(hi - lo) - 1;
}

function windowOf(
  node: MaxPool2dNode,
  [, width, channels]: readonly number[],
  [, outWidth]: readonly number[],
  index: number,
): number[] {
  const channel = index % channels!;
  const column = Math.floor(index / channels!) % outWidth!;
  const row = Math.floor(index / channels! / outWidth!);
  const elements: number[] = [];
  for (let y = 0; y < node.window[0]; y++) {
    for (let x = 0; x < node.window[1]; x++) {
      const at = (row * node.strides[0] + y) * width! + column * node.strides[1] + x;
      elements.push(at * channels! + channel);
    }
  }
  return elements;
}
