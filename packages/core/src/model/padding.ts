/** Zeros before and after along one axis for TensorFlow's "same": ceil(size / stride) outputs, the odd zero after. */
export function samePadding(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
