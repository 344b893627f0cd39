import {
  elementCount,
  FLOAT32_EXACT_LIMIT,
  isRearranging,
  modelBounds,
  Random,
  runReference,
  VerimeshError,
  type IntegerModel,
  type Trace,
} from "@verimesh/core";
import type { Backend } from "./backend.ts";
import { createExecutor } from "./executor.ts";
import { hardModels } from "./selfTest/hardModels.ts";

/** What a backend gave; `createExecutor` in production, something broken in a test. */
export type RunOnBackend = (model: IntegerModel, input: Uint8Array) => Promise<Trace>;

/**
 * Checks that a backend agrees with the reference bit for bit on a fixed set of models, over every kind of node, whose
 * partial sums come close to 2^24: there a convolution that is not a plain sum (Winograd, FFT) or a reduced precision
 * shows.
 *
 * @param run what is tested; default the executor on that backend
 * @returns number of values compared
 * @throws VerimeshError `BACKEND_DISAGREES`, naming the first node and element that differ
 */
export async function selfTest(backend: Backend, run: RunOnBackend = runOn(backend)): Promise<number> {
  let compared = 0;
  for (const model of hardModels()) {
    for (const seed of [1, 2]) {
      const input = hardInput(seed, elementCount(model.inputShape));
      compared += compareTraces(backend, model, runReference(model, input), await run(model, input));
    }
  }
  return compared;
}

/** The largest partial sum as a share of what float32 holds; the tests want the hard models close to 1. */
export function boundShare(model: IntegerModel): number {
  return Math.max(...modelBounds(model).executionBounds) / FLOAT32_EXACT_LIMIT;
}

function runOn(backend: Backend): RunOnBackend {
  return async (model, input) => {
    const executor = await createExecutor(model, backend);
    try {
      return await executor.run(input);
    } finally {
      await executor.dispose();
    }
  };
}

function compareTraces(backend: Backend, model: IntegerModel, expected: Trace, actual: Trace): number {
  let compared = 0;
  const compare = (what: string, right: Int32Array, given: Int32Array | null | undefined) => {
    const index = given?.length === right.length ? right.findIndex((value, i) => value !== given[i]) : 0;
    compared += right.length;
    if (index < 0) return;
    throw new VerimeshError(`Backend ${backend.name} disagrees with the reference.`, {
      code: "BACKEND_DISAGREES",
      details:
        `${what}, element ${index}: expected ${right[index]}, got ${given?.[index]}. ` +
        `Answers of this backend cannot be proved. Use another: wasm or cpu.`,
    });
  };
  model.nodes.forEach((node, k) => {
    if (!isRearranging(node)) compare(`Node "${node.name}"`, expected.values[k]!, actual.values[k]);
  });
  compare("The answer", expected.output, actual.output);
  return compared;
}

/** Mostly 255, so that sums come near their bound, with odd values that any rounding would lose. */
function hardInput(seed: number, length: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => (random.chance(0.8) ? 255 : random.integer(0, 254)));
}
