/** Bytes that do not repeat within a file: an LCG, so that a test sees the same ones each time. */
export function pseudoRandomBytes(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state ^ (i * 2654435761);
  }
  return new Uint8Array(words.buffer).slice(0, length);
}

export const MEBIBYTE = 1024 * 1024;
