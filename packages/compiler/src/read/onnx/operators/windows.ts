import { samePadding, type Padding2d } from "@verimesh/core";
import type { OnnxCall } from "../OnnxCall.ts";
import type { OnnxTensor } from "../values.ts";

/** A convolution's or pooling's windows over an image; a sequence is one of height 1. */
export interface Windows {
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly padding: Padding2d;
  /** Height and width of the input. */
  readonly size: readonly [number, number];
}

/**
 * Reads kernel_shape, strides, dilations, pads and auto_pad.
 *
 * @param kernelShape where the attribute is left out: the weights' own
 */
export function windowsOf(call: OnnxCall, x: OnnxTensor, kernelShape?: readonly number[]): Windows {
  const { attributes } = call;
  const spatial = x.shape.slice(2);
  const rank = spatial.length;
  if (rank !== 1 && rank !== 2)
    call.refuse(
      `works on [${x.shape.join(", ")}]`,
      "Sequences [1, channels, length] and images [1, channels, height, width] are supported.",
    );
  if (x.shape[0] !== 1) call.refuse(`has a batch of ${x.shape[0]}`, "One sample at a time is supported.");
  const sizes = (name: string, otherwise: readonly number[]): readonly number[] => {
    const list = attributes.ints(name, otherwise.length) ?? otherwise;
    return list.every((value) => value >= 0 && value <= MAX_SIZE)
      ? list
      : call.invalid(`has ${name} [${list.join(", ")}]`);
  };
  const ones = new Array<number>(rank).fill(1);
  const kernel = kernelShape === undefined ? attributes.ints("kernel_shape", rank) : sizes("kernel_shape", kernelShape);
  if (kernel === undefined || kernel.some((size) => size < 1 || size > MAX_SIZE))
    return call.invalid("has no kernel_shape");
  const strides = sizes("strides", ones);
  const dilations = sizes("dilations", ones);
  if ([...strides, ...dilations].includes(0)) call.invalid("has a stride or dilation of 0");
  const pads = padsOf(call, spatial, kernel, strides, dilations, sizes("pads", new Array<number>(2 * rank).fill(0)));
  const [top, left, bottom, right] = rank === 2 ? pads : [0, pads[0], 0, pads[1]];
  return {
    kernel: pair(kernel, 1),
    strides: pair(strides, 1),
    dilations: pair(dilations, 1),
    padding: { top: top, left: left!, bottom: bottom, right: right! },
    size: pair(spatial, 1),
  };
}

const MAX_SIZE = 2 ** 20;

function padsOf(
  call: OnnxCall,
  spatial: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  given: readonly number[],
): readonly number[] {
  const auto = call.attributes.text("auto_pad", "NOTSET");
  if (auto === "NOTSET") return given;
  if (auto === "VALID") return given.map(() => 0);
  if (auto !== "SAME_UPPER" && auto !== "SAME_LOWER") call.invalid(`has auto_pad "${auto.slice(0, 16)}"`);
  const pairs = spatial.map((size, axis) => {
    const [less, more] = samePadding(size, (kernel[axis]! - 1) * dilations[axis]! + 1, strides[axis]!);
    return auto === "SAME_UPPER" ? [less, more] : [more, less];
  });
  return [...pairs.map(([before]) => before!), ...pairs.map(([, after]) => after!)];
}

/** Height and width, of a sequence with that height. */
function pair(list: readonly number[], height: number): [number, number] {
  return list.length === 2 ? [list[0]!, list[1]!] : [height, list[0]!];
}

/** The tensor as an image `[height, width, channels]`. */
export function imageOf(call: OnnxCall, x: OnnxTensor, { size }: Pick<Windows, "size">): number {
  call.mustBeReal(x);
  const ordered = call.writer.channelsLast(call.name, x);
  return call.writer.view(call.name, ordered, [...size, x.shape[1]!]);
}

/** A result `[height, width, channels]` with as many spatial axes as the input had. */
export function fromImage(call: OnnxCall, source: number, x: OnnxTensor): OnnxTensor {
  const [height, width, channels] = call.writer.shapeOf(source) as [number, number, number];
  const shape = [1, channels, ...(x.shape.length === 4 ? [height, width] : [width])];
  return call.result(source, shape, [x], true);
}
