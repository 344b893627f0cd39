import { elementCount, sameShape, VerimeshError, type Shape } from "@verimesh/core";
import type { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatNodeDraft } from "../../float/shapes.ts";
import type { FloatSource } from "../../float/types.ts";
import type { OnnxTensor } from "./values.ts";

/** Numbers in all nodes together, at most: one initializer may be used, and stretched, by many nodes. */
const MAX_NUMBERS = 2 ** 26;
const MAX_FLOAT_RANK = 4;

/** Writes float nodes; rearrangements that cancel or repeat are written once or not at all. */
export class TensorWriter {
  private readonly builder: FloatModelBuilder;
  private readonly rearranged = new Map<string, FloatSource>();
  private numbers = 0;

  constructor(builder: FloatModelBuilder) {
    this.builder = builder;
  }

  nodeAt(source: FloatSource): ReturnType<FloatModelBuilder["nodeAt"]> {
    return this.builder.nodeAt(source);
  }

  shapeOf(source: FloatSource): Shape {
    return this.builder.shapeOf(source);
  }

  /** @throws VerimeshError `MODEL_FILE_INVALID` if it does not fit, or the nodes' numbers are too many */
  add(draft: FloatNodeDraft): FloatSource {
    for (const part of Object.values(draft)) if (ArrayBuffer.isView(part)) this.charge((part as Float32Array).length);
    return this.builder.add(draft);
  }

  /** Counts numbers that are about to be set aside. */
  charge(count: number): void {
    this.numbers += count;
    if (this.numbers <= MAX_NUMBERS) return;
    throw new VerimeshError(`The model's operators hold more than ${MAX_NUMBERS} numbers.`, {
      code: "MODEL_FILE_INVALID",
      details: "One tensor may be used by many of them, and counts for each.",
    });
  }

  reshape(name: string, source: FloatSource, shape: Shape): FloatSource {
    const node = this.nodeAt(source);
    const origin = node?.op === "reshape" ? node.source : source;
    if (sameShape(this.shapeOf(origin), shape)) return origin;
    return this.once(`reshape ${origin} ${shape.join()}`, () => this.builder.reshape(`${name}/reshape`, origin, shape));
  }

  /** Over the axes of the source's own shape. */
  transpose(name: string, source: FloatSource, permutation: readonly number[]): FloatSource {
    const node = this.nodeAt(source);
    if (node?.op === "transpose") {
      const composed = permutation.map((axis) => node.permutation[axis]!);
      return isIdentity(composed) ? node.source : this.transpose(name, node.source, composed);
    }
    const shape = this.shapeOf(source);
    const moved = permutation.filter((axis) => shape[axis] !== 1);
    if (moved.every((axis, index) => index === 0 || axis > moved[index - 1]!)) {
      return this.reshape(
        name,
        source,
        permutation.map((axis) => shape[axis]!),
      );
    }
    return this.once(`transpose ${source} ${permutation.join()}`, () =>
      this.add({ op: "transpose", name: `${name}/transpose`, source, permutation: [...permutation] }),
    );
  }

  broadcast(name: string, source: FloatSource, shape: Shape): FloatSource {
    return this.once(`broadcast ${source} ${shape.join()}`, () =>
      this.builder.broadcast(`${name}/broadcast`, source, shape),
    );
  }

  /** The elements, seen in a shape: in the tensor's own order. */
  view(name: string, tensor: OnnxTensor, shape: Shape): FloatSource {
    return this.reshape(name, tensor.source, shape);
  }

  /** The tensor in the order of the file's shape. */
  plain(name: string, tensor: OnnxTensor): OnnxTensor {
    if (!tensor.isChannelsLast) return tensor;
    const { shape } = tensor;
    const image = this.view(name, tensor, [...shape.slice(2), shape[1]!]);
    const last = shape.length - 2;
    const permutation = [last, ...shape.slice(2).map((_, axis) => axis)];
    return { ...tensor, source: this.transpose(name, image, permutation), isChannelsLast: false };
  }

  /** The tensor `[1, channels, ...spatial]` in the order of `[...spatial, channels]`. */
  channelsLast(name: string, tensor: OnnxTensor): OnnxTensor {
    const { shape } = tensor;
    if (tensor.isChannelsLast || shape.length < 3) return tensor;
    const planes = this.view(name, tensor, shape.slice(1));
    const permutation = [...shape.slice(2).map((_, axis) => axis + 1), 0];
    return { ...tensor, source: this.transpose(name, planes, permutation), isChannelsLast: true };
  }

  /** The elements of a plain tensor in a shape for the float model: without leading axes of 1, merged to four at most. */
  compact(name: string, tensor: OnnxTensor): FloatSource {
    return this.view(name, tensor, compactShape(tensor.shape));
  }

  /**
   * Transposes elements in the order of any shape; the result is in the order of the permuted shape. Axes of 1 and axes
   * that stay together count as none.
   *
   * @throws VerimeshError `LAYER_UNSUPPORTED` if more than four are left
   */
  permute(name: string, source: FloatSource, shape: Shape, permutation: readonly number[]): FloatSource {
    if (shape[0] === 1 && permutation[0] === 0 && shape.length > 1 && shape.length <= MAX_FLOAT_RANK + 1) {
      const sample = this.reshape(name, source, shape.slice(1));
      return this.transpose(
        name,
        sample,
        permutation.slice(1).map((axis) => axis - 1),
      );
    }
    const groups: number[][] = [];
    for (const axis of permutation.filter((axis) => shape[axis] !== 1)) {
      const last = groups.at(-1)?.at(-1);
      const follows = last !== undefined && shape.slice(last + 1, axis).every((size) => size === 1) && axis > last;
      if (follows) groups.at(-1)!.push(axis);
      else groups.push([axis]);
    }
    if (groups.length > MAX_FLOAT_RANK) {
      throw new VerimeshError(`"${name}" transposes ${groups.length} axes at once.`, {
        code: "LAYER_UNSUPPORTED",
        details: `At most ${MAX_FLOAT_RANK} are supported, those of 1 and those that stay together not counted.`,
      });
    }
    if (groups.length <= 1) return source;
    const order = groups.map((_, index) => index).sort((a, b) => groups[a]![0]! - groups[b]![0]!);
    const sizeOf = (group: readonly number[]) => group.reduce((product, axis) => product * shape[axis]!, 1);
    const merged = this.reshape(
      name,
      source,
      order.map((index) => sizeOf(groups[index]!)),
    );
    return this.transpose(
      name,
      merged,
      groups.map((_, index) => order.indexOf(index)),
    );
  }

  private once(key: string, write: () => FloatSource): FloatSource {
    const known = this.rearranged.get(key);
    if (known !== undefined) return known;
    const source = write();
    this.rearranged.set(key, source);
    return source;
  }
}

/** The shape without leading axes of 1, one axis at least; without any axes of 1, and then merged, if it has over four. */
export function compactShape(shape: Shape): Shape {
  const start = shape.findIndex((size) => size !== 1);
  if (start < 0) return [1];
  const trimmed = shape.slice(start);
  if (trimmed.length <= MAX_FLOAT_RANK) return trimmed;
  const squeezed = trimmed.filter((size) => size !== 1);
  const extra = Math.max(squeezed.length - MAX_FLOAT_RANK, 0);
  return [elementCount(squeezed.slice(0, extra + 1)), ...squeezed.slice(extra + 1)];
}

function isIdentity(permutation: readonly number[]): boolean {
  return permutation.every((axis, index) => axis === index);
}
