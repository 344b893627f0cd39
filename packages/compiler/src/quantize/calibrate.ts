import type { InputEncoding } from "@verimesh/core";
import { integerScores, type Decide } from "../accuracy.ts";
import { isLinear } from "../read/readModel.ts";
import { runFloat } from "../read/runFloat.ts";
import type { FloatModel } from "../read/steps.ts";
import { quantizeModel, type QuantizedModel } from "./quantizeModel.ts";
import { CLIPPING_RULES, clippingPoint, type ClippingRule } from "./ranges.ts";

export interface Calibrated extends QuantizedModel {
  readonly rule: ClippingRule;
  /** Share of calibration samples on which the integer model decides as the float model. */
  readonly agreement: number;
}

/**
 * Quantizes by each clipping rule and keeps the model that decides most often as the float model on the calibration
 * data, on a tie the one whose scores are closest. Held-out data play no part.
 */
export function calibrate(
  floatModel: FloatModel,
  samples: readonly Float32Array[],
  decide: Decide,
  options: { output: "scores" | "argmax"; inputEncoding: InputEncoding; weightBits: number },
): Calibrated {
  const traces = runFloat(floatModel, samples);
  const linear = floatModel.steps.filter(isLinear);
  const outputs = linear.map((_, k) => concatenate(traces.map((trace) => trace[k]!)));
  const floatScores = traces.map((trace) => trace.at(-1)!);
  let best: (Calibrated & { error: number }) | undefined;
  for (const rule of CLIPPING_RULES) {
    const clippingPoints = outputs.map((values, k) => clippingPoint(values, linear[k]!.relu ? 255 : 127, rule));
    const quantized = quantizeModel(floatModel, { ...options, clippingPoints });
    const { agreement, error } = compareScores(quantized, samples, floatScores, decide, options.inputEncoding);
    if (best === undefined || agreement > best.agreement || (agreement === best.agreement && error < best.error)) {
      best = { ...quantized, rule, agreement, error };
    }
  }
  return best!;
}

function compareScores(
  { model, outputScale }: QuantizedModel,
  samples: readonly Float32Array[],
  floatScores: readonly Float32Array[],
  decide: Decide,
  encoding: InputEncoding,
): { agreement: number; error: number } {
  let same = 0;
  let error = 0;
  samples.forEach((sample, index) => {
    const expected = floatScores[index]!;
    const scores = Float64Array.from(integerScores(model, encoding, sample), (score) => score * outputScale);
    if (decide(scores) === decide(expected)) same++;
    scores.forEach((score, o) => (error += (score - expected[o]!) ** 2));
  });
  return { agreement: same / samples.length, error };
}

function concatenate(lists: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((total, list) => total + list.length, 0));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  return all;
}
