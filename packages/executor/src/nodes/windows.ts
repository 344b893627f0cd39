import * as tf from "@tensorflow/tfjs-core";

/** How a window goes over `[height, width, channels]`, padding included. */
export interface Windows {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Height and width of the result. */
  readonly positions: readonly [number, number];
}

/**
 * Sums, or takes the largest, tap by tap: for each place in the window the elements that it meets, at all positions at
 * once. It takes the operations that every backend has, for windows that some backend's own kernels refuse or leave
 * undone.
 *
 * @param x `[height, width, channels]`
 * @param contribution of one tap; `elements` are `[...positions, channels]`
 */
export function overTaps(
  x: tf.Tensor,
  windows: Windows,
  contribution: (elements: tf.Tensor, tap: number) => tf.Tensor,
  join: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  let result: tf.Tensor | undefined;
  for (let tap = 0; tap < windows.size[0] * windows.size[1]; tap++) {
    const joined = tf.tidy(() => {
      const part = contribution(elementsOfTap(x, windows, tap), tap);
      return result ? join(result, part) : part;
    });
    result?.dispose();
    result = joined;
  }
  return result!;
}

function elementsOfTap(x: tf.Tensor, { size, strides, dilations, positions }: Windows, tap: number): tf.Tensor {
  const top = Math.floor(tap / size[1]) * dilations[0];
  const left = (tap % size[1]) * dilations[1];
  const [bottom, right] = [top + (positions[0] - 1) * strides[0] + 1, left + (positions[1] - 1) * strides[1] + 1];
  return tf.stridedSlice(x, [top, left, 0], [bottom, right, x.shape[2]!], [...strides, 1]);
}

export function isPlain(steps: readonly [number, number]): boolean {
  return steps[0] === 1 && steps[1] === 1;
}
