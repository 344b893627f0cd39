import { VerimeshError, type InputEncoding } from "@verimesh/core";
import { encodeSample, type Decide } from "../accuracy.ts";
import type { FloatModel, FloatNode } from "../float/types.ts";
import { attempt } from "./attempt.ts";
import { PROBES } from "./lower/linear.ts";
import { openClamps } from "./openClamps.ts";
import type { QuantizationPlan } from "./plan.ts";
import { quantizeModel, type QuantizedModel, type QuantizeOptions } from "./quantizeModel.ts";
import { CLIPPING_RULES, type ClippingRule } from "./ranges.ts";
import { scoreRunner } from "./runNodeFast.ts";
import { Statistics } from "./Statistics.ts";

/** How close the integer model is to the float model on some samples. */
export interface Closeness {
  /** Share of samples on which they decide alike. */
  readonly agreement: number;
  /** Root of the mean squared difference of scores, over the root of the float scores' mean square. */
  readonly error: number;
}

export interface Calibrated extends QuantizedModel, Closeness {
  readonly plan: QuantizationPlan;
}

const PLANNED: readonly FloatNode["op"][] = [
  "dense",
  "conv2d",
  "add",
  "subtract",
  "multiply",
  "matMul",
  "affine",
  "unary",
  "embedding",
];

/** Multiplications that one comparison may take: seconds. */
const COMPARISON_WORK = 1e9;
const FEWEST_SAMPLES = 50;
const PROBE_WORK = 1e8;
const FEWEST_PROBES = 16;
const SKETCHED_SAMPLES = 100;

/** What the float model gives on calibration data, and quantizing by any plan against it. */
export class Calibration {
  private readonly model: FloatModel;
  private readonly statistics: Statistics;
  private readonly inputs: readonly Uint8Array[];
  private readonly scores: readonly Float32Array[];
  private readonly decide: Decide;
  private readonly options: Pick<QuantizeOptions, "output" | "hides" | "inputEncoding">;

  /** @param model as `simplify` gives it */
  constructor(
    model: FloatModel,
    samples: readonly Float32Array[],
    decide: Decide,
    options: { output: QuantizeOptions["output"]; hides: QuantizeOptions["hides"]; inputEncoding: InputEncoding },
  ) {
    this.model = model;
    this.decide = decide;
    this.options = options;
    this.statistics = new Statistics(model, samples);
    this.scores = this.statistics.scores();
    const compared = Math.max(FEWEST_SAMPLES, Math.floor(COMPARISON_WORK / workOf(model)));
    this.inputs = samples
      .slice(0, Math.min(this.scores.length, compared))
      .map((sample) => encodeSample(sample, options.inputEncoding));
  }

  /** Quantizes by a plan and compares with the float model. */
  quantize(plan: QuantizationPlan): Calibrated {
    const closed = this.quantizeClosed(plan);
    const quantized = { ...closed, model: openClamps(closed.model, closed.openable) };
    return { ...quantized, ...this.compare(quantized, this.inputs.length), plan };
  }

  private quantizeClosed(plan: QuantizationPlan): QuantizedModel {
    const probes = this.inputs.slice(0, Math.min(PROBES, Math.max(FEWEST_PROBES, PROBE_WORK / workOf(this.model))));
    return quantizeModel(this.model, { ...this.options, plan, statistics: this.statistics, probes });
  }

  /** The same; null where sums do not fit. */
  attempt(plan: QuantizationPlan): Calibrated | null {
    return orNull(() => this.quantize(plan));
  }

  /** What tells plans apart at a fraction of the time: clamps are left where they are, and fewer samples compared. */
  sketch(plan: QuantizationPlan): Calibrated | null {
    return orNull(() => {
      const closed = this.quantizeClosed(plan);
      return { ...closed, ...this.compare(closed, Math.min(this.inputs.length, SKETCHED_SAMPLES)), plan };
    });
  }

  /** Names of the steps that weights or rescalings belong to. */
  steps(): string[] {
    return this.model.nodes.filter(({ op }) => PLANNED.includes(op)).map(({ name }) => name);
  }

  /**
   * Quantizes by each clipping rule, by the best of them also with biases left as they are, and keeps the model that decides
   * most often as the float model, on a tie the one whose scores are closest. Held-out data play no part.
   */
  best(plan: Omit<QuantizationPlan, "rule" | "correctsBias">): Calibrated {
    const tried = (rule: ClippingRule, correctsBias: boolean) =>
      attempt(() => this.quantize({ ...plan, rule, correctsBias }));
    const results = CLIPPING_RULES.map((rule) => tried(rule, true));
    const made = results.filter((result): result is Calibrated => !(result instanceof VerimeshError));
    if (made.length === 0) throw results[0] as VerimeshError;
    const best = made.reduce((closest, next) => (isCloser(next, closest) ? next : closest));
    const plain = tried(best.plan.rule, false);
    return plain instanceof VerimeshError || !isCloser(plain, best) ? best : plain;
  }

  private compare({ model, outputScale }: QuantizedModel, samples: number): Closeness {
    let [same, difference, size] = [0, 0, 1e-30];
    const run = scoreRunner(model);
    const inputs = this.inputs.slice(0, samples);
    inputs.forEach((input, index) => {
      const expected = this.scores[index]!;
      const scores = Float64Array.from(run(input), (score) => score * outputScale);
      if (this.decide(scores) === this.decide(expected)) same++;
      scores.forEach((score, o) => (difference += (score - expected[o]!) ** 2));
      expected.forEach((score) => (size += score ** 2));
    });
    return { agreement: same / inputs.length, error: Math.sqrt(difference / size) };
  }
}

function orNull(quantize: () => Calibrated): Calibrated | null {
  const result = attempt(quantize);
  return result instanceof VerimeshError ? null : result;
}

function isCloser(a: Closeness, b: Closeness): boolean {
  return a.agreement > b.agreement || (a.agreement === b.agreement && a.error < b.error);
}

/** Multiplications of one run, roughly. */
function workOf({ nodes }: FloatModel): number {
  return nodes.reduce((sum, node) => {
    const elements = node.shape.reduce((product, size) => product * size, 1);
    if (node.op === "dense") return sum + elements * node.inputs;
    if (node.op === "conv2d") return sum + (elements * node.weights.length) / node.filters;
    return sum + 8 * elements;
  }, 1);
}
