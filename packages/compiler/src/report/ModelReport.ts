import { type AccuracyReport, type Hiding, type OutputRule } from "@verimesh/core";
import type { CalibrationReport, CompiledModel, TradePoint } from "../compileModel.ts";
import type { FloatModel } from "../float/types.ts";
import { estimateConstraints } from "../quantize/estimate/estimateConstraints.ts";
import { estimateJobGas, type JobGas } from "./estimateJobGas.ts";
import { estimateKeyBytes, keyShapeOf } from "./estimateKeyBytes.ts";
import { layerCosts, type LayerCost } from "./layerCosts.ts";
import { printable } from "./text.ts";

/** What a model costs and what it lost, for its author: plain data. */
export interface ModelReport {
  readonly name: string;
  readonly description: string;
  /** Of the file that was read. */
  readonly format: string;
  readonly inputShape: readonly number[];
  readonly output: OutputRule;
  readonly hides: Hiding;
  /** What the file applied to its scores and the integer model leaves out. */
  readonly droppedActivation: FloatModel["droppedActivation"];
  /** On held-out data. */
  readonly accuracy: AccuracyReport;
  /** On calibration data. */
  readonly calibration: CalibrationReport;
  /** The circuits that could be had, the one with most bits first. */
  readonly candidates: readonly CandidateReport[];
  readonly layers: readonly LayerCost[];
  readonly publicWords: { readonly output: number; readonly input: number };
  readonly gas: JobGas;
  /** Null where no proof was made. */
  readonly measured: MeasuredProof | null;
}

export interface CandidateReport {
  /** Least and most bits of weights, and of values between layers. */
  readonly weightBits: readonly [least: number, most: number];
  readonly activationBits: readonly [least: number, most: number];
  /** Share of held-out samples answered right; null where it was not measured. */
  readonly accuracy: number | null;
  readonly agreement: number;
  readonly error: number;
  readonly constraints: number;
  readonly keyBytes: number;
  /** In proportion to constraints, of the proof that was made; null where none was. */
  readonly proveSeconds: number | null;
  readonly settleGas: number;
  readonly isChosen: boolean;
}

/** A proof of the chosen circuit, made on this machine with a key of its own. */
export interface MeasuredProof {
  /** Which prover, on what: "native (adx), 2 cores". */
  readonly prover: string;
  readonly constraints: number;
  readonly keyBytes: number;
  readonly witnessSeconds: number;
  readonly proveSeconds: number;
}

export interface ReportOptions {
  readonly name: string;
  readonly description: string;
  readonly floatModel: Pick<FloatModel, "format">;
  /** Bits of the steps that a candidate does not name. Default 8. */
  readonly standardBits?: { readonly weightBits: number; readonly activationBits: number };
  readonly measured?: MeasuredProof | null;
}

/** Puts together what is known of a compiled model. Pure: whoever has run a prover passes what it measured. */
export function reportModel(compiled: CompiledModel, options: ReportOptions): ModelReport {
  const { model, layout, accuracy, calibrationReport, droppedActivation, trade } = compiled;
  const { name, description, floatModel, measured = null } = options;
  const estimate = estimateConstraints(model);
  const shape = keyShapeOf(model);
  const gas = estimateJobGas(layout);
  const { weightBits, activationBits } = options.standardBits ?? { weightBits: 8, activationBits: 8 };
  const candidateOf = (point: TradePoint): CandidateReport => {
    const isMeasured = point.isChosen && measured !== null;
    return {
      weightBits: rangeOf(point, "weightBits", weightBits),
      activationBits: rangeOf(point, "activationBits", activationBits),
      accuracy: point.isChosen ? accuracy.integer : (point.accuracy ?? null),
      ...{ agreement: point.agreement, error: point.error, constraints: point.constraints },
      keyBytes: isMeasured ? measured.keyBytes : estimateKeyBytes(point.constraints, shape),
      proveSeconds: measured === null ? null : (measured.proveSeconds * point.constraints) / measured.constraints,
      ...{ settleGas: gas.settle, isChosen: point.isChosen },
    };
  };
  return {
    ...{ name, description, format: printable(floatModel.format), inputShape: model.inputShape, output: model.output },
    ...{ hides: model.hides, droppedActivation, accuracy, calibration: calibrationReport },
    candidates: trade.map(candidateOf),
    layers: layerCosts(model, estimate),
    publicWords: { output: layout.outputWords, input: layout.inputWords },
    ...{ gas, measured },
  };
}

/** The candidate that was taken. */
export function chosenOf({ candidates }: ModelReport): CandidateReport {
  return candidates.find(({ isChosen }) => isChosen)!;
}

function rangeOf({ steps }: TradePoint, what: "weightBits" | "activationBits", standard: number): [number, number] {
  const bits = [standard, ...Object.values(steps).flatMap((step) => step[what] ?? [])];
  return [Math.min(...bits), Math.max(...bits)];
}
