import type { Padding2d } from "@verimesh/core";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { fromImage, imageOf, windowsOf, type Windows } from "./windows.ts";

export const POOLINGS: Readonly<Record<string, OperatorReader>> = {
  MaxPool: (call) => {
    if ((call.outputs[1] ?? "") !== "")
      call.refuse("gives the indices of its maxima", "Only the maxima are supported.");
    const x = call.tensor(0);
    const windows = undilated(call, windowsOf(call, x));
    const { bottom, right } = ceiling(call, windows);
    const padding = { ...windows.padding, bottom, right };
    const { kernel: window, strides } = windows;
    const source = imageOf(call, x, windows);
    return fromImage(call, call.writer.add({ op: "maxPool2d", name: call.name, source, window, strides, padding }), x);
  },
  AveragePool: (call) => {
    const x = call.tensor(0);
    const windows = undilated(call, windowsOf(call, x));
    const { padding, kernel: window, strides } = windows;
    const beyond = ceiling(call, windows);
    if (beyond.bottom !== padding.bottom || beyond.right !== padding.right)
      call.refuse(
        "has windows that reach beyond the image, with ceil_mode",
        "Supported is ceil_mode 0, or sizes that fit.",
      );
    const isPadded = Object.values(padding).some((size) => size > 0);
    if (isPadded && call.attributes.int("count_include_pad", 0) === 0)
      call.refuse(
        "pads and leaves the padding out of its averages",
        "Supported is count_include_pad 1, or no padding.",
      );
    const image = imageOf(call, x, windows);
    const source = isPadded
      ? call.writer.add({ op: "pad", name: `${call.name}/pad`, source: image, ...sides(padding), value: 0 })
      : image;
    return fromImage(call, call.writer.add({ op: "averagePool2d", name: call.name, source, window, strides }), x);
  },
};

function sides({ top, bottom, left, right }: Padding2d): { before: number[]; after: number[] } {
  return { before: [top, left, 0], after: [bottom, right, 0] };
}

function undilated(call: OnnxCall, windows: Windows): Windows {
  return windows.dilations.every((rate) => rate === 1)
    ? windows
    : call.refuse("has dilated windows", "Dilation is supported for convolutions.");
}

/** Padding at the end with what ceil_mode adds; no window starts in it. */
function ceiling(call: OnnxCall, { kernel, strides, size, padding }: Windows): { bottom: number; right: number } {
  if (call.attributes.int("ceil_mode", 0) === 0) return padding;
  const end = (length: number, axis: 0 | 1, before: number, after: number): number => {
    const [reach, stride] = [kernel[axis], strides[axis]];
    let last = Math.ceil((length + before + after - reach) / stride);
    if (last * stride >= length + before) last--;
    return Math.max(after, last * stride + reach - length - before);
  };
  return { bottom: end(size[0], 0, padding.top, padding.bottom), right: end(size[1], 1, padding.left, padding.right) };
}
