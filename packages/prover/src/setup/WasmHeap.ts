import type { Bn128 } from "ffjavascript";

type WasmFunction = (...parameters: number[]) => number;

/** The memory of ffjavascript's module: a heap that only grows, whose end is in its first word. */
export class WasmHeap {
  private readonly tm: Bn128["tm"];

  constructor(curve: Bn128) {
    this.tm = curve.tm;
  }

  /** Takes memory for good; its content is undefined. */
  allocate(length: number): number {
    const { memory } = this.tm;
    const start = (new Uint32Array(memory.buffer, 0, 1)[0]! + 7) & ~7;
    const missing = start + length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536) + 16);
    // ffjavascript's own views go stale when the memory grows.
    this.tm.u8 = new Uint8Array(memory.buffer);
    this.tm.u32 = new Uint32Array(memory.buffer);
    this.tm.u32[0] = start + length;
    return start;
  }

  /** All of it. Stale after the next `allocate`. */
  bytes(): Uint8Array {
    return new Uint8Array(this.tm.memory.buffer);
  }

  function(name: string): WasmFunction {
    return this.tm.instance.exports[name]!;
  }

  call(name: string, ...parameters: number[]): void {
    this.function(name)(...parameters);
  }

  /** Calls a function that takes its scratch memory from the heap's end without making sure that there is any. */
  callWithScratch(scratchBytes: number, name: string, ...parameters: number[]): void {
    const end = () => new Uint32Array(this.tm.memory.buffer, 0, 1);
    const before = end()[0]!;
    this.allocate(scratchBytes);
    end()[0] = before;
    this.call(name, ...parameters);
    end()[0] = before;
  }
}
