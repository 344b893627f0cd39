import { decideByDefault, encodeSample, floatScores } from "./accuracy.ts";
import type { CompileModelOptions, TradePoint } from "./compileModel.ts";
import type { FloatModel } from "./float/types.ts";
import { Calibration, type Calibrated } from "./quantize/calibrate.ts";
import { estimateConstraints } from "./quantize/estimate/estimateConstraints.ts";
import type { StepPlan } from "./quantize/plan.ts";
import { scoreRunner } from "./quantize/runNodeFast.ts";
import { searchPlan } from "./quantize/search/searchPlan.ts";
import { simplify } from "./quantize/simplify/simplify.ts";

/** Held-out samples by which candidates of a search are checked, at most. */
const CHECKED = 1000;

/** The integer model: at the bits that are asked for, or by a search among fewer. */
export function chooseIntegers(
  floatModel: FloatModel,
  options: CompileModelOptions,
): { readonly chosen: Calibrated; readonly trade: readonly TradePoint[] } {
  const { inputEncoding, output, hides = "nothing", calibration: samples, decide = decideByDefault } = options;
  const { weightBits = 8, activationBits = 8 } = options;
  const calibration = new Calibration(simplify(floatModel, output), samples, decide, { output, hides, inputEncoding });
  const standard = {
    weightBits: weightBits === "search" ? 8 : weightBits,
    activationBits: activationBits === "search" ? 8 : activationBits,
  };
  const base = calibration.best({ standard, steps: {} });
  const kinds: (keyof StepPlan)[] = [];
  if (weightBits === "search") kinds.push("weightBits");
  if (activationBits === "search") kinds.push("activationBits");
  if (kinds.length === 0) return { chosen: base, trade: [pointOf(base, true)] };

  const heldOut = new HeldOut(floatModel, options);
  const { candidates, best } = searchPlan(calibration, base, {
    kinds,
    isAllowed: (quantized) => isClose(quantized, base, options) && heldOut.lossOf(quantized) <= lossOf(options),
    onProgress: options.onSearch,
  });
  // Also of those that were refused by their calibration data, or never asked: an author compares them all.
  const trade = candidates.map(({ quantized }) =>
    pointOf(quantized, quantized === best.quantized, heldOut.accuracyOf(quantized)),
  );
  return { chosen: best.quantized, trade };
}

const lossOf = ({ maximumLoss = 0.005 }: CompileModelOptions) => maximumLoss;

/**
 * Whether a candidate is close enough on the calibration data. Scores: by their error. Where a class is the answer: by how
 * many decisions differ beyond those of the base; twice as many as may be lost, since not each was right before.
 */
function isClose(quantized: Calibrated, base: Calibrated, options: CompileModelOptions): boolean {
  if (options.output.kind === "scores") return quantized.error <= Math.max(options.maximumError ?? 0.05, base.error);
  return quantized.agreement >= base.agreement - 2 * lossOf(options);
}

/** Accuracy on data that no choice but this one sees. */
class HeldOut {
  private readonly options: CompileModelOptions;
  private readonly samples: readonly Float32Array[];
  private readonly float: number;
  private readonly measured = new Map<Calibrated, number>();

  constructor(floatModel: FloatModel, options: CompileModelOptions) {
    this.options = options;
    this.samples = options.evaluation.samples.slice(0, CHECKED);
    this.float = this.shareRight(floatScores(floatModel, this.samples));
  }

  /** By how much the share of right answers falls behind the float model's. */
  lossOf(quantized: Calibrated): number {
    return this.float - this.accuracyOf(quantized);
  }

  /** The share of right answers. */
  accuracyOf(quantized: Calibrated): number {
    const known = this.measured.get(quantized);
    if (known !== undefined) return known;
    const { model, outputScale } = quantized;
    const run = scoreRunner(model);
    const right = this.shareRight(
      this.samples.map((sample) => {
        const scores = run(encodeSample(sample, this.options.inputEncoding));
        return Float64Array.from(scores, (score) => score * outputScale);
      }),
    );
    this.measured.set(quantized, right);
    return right;
  }

  private shareRight(scores: readonly ArrayLike<number>[]): number {
    const { decide = decideByDefault, evaluation } = this.options;
    return scores.filter((list, index) => decide(list) === evaluation.targets[index]).length / scores.length;
  }
}

function pointOf(quantized: Calibrated, isChosen: boolean, accuracy?: number): TradePoint {
  const { agreement, error, plan, model } = quantized;
  return {
    constraints: estimateConstraints(model).total,
    agreement,
    error,
    ...(accuracy !== undefined && { accuracy }),
    steps: plan.steps,
    isChosen,
  };
}
