import type { ClippingRule } from "./ranges.ts";

/** Widths of one step. */
export interface StepPlan {
  /** Bits of a weight, sign included, 2 to 8. */
  readonly weightBits: number;
  /** Bits of what the step gives, 3 to 10. */
  readonly activationBits: number;
}

/** All that the quantizer may choose. */
export interface QuantizationPlan {
  readonly rule: ClippingRule;
  /** Whether biases make up for the mean error that rounding leaves in each channel. */
  readonly correctsBias: boolean;
  readonly standard: StepPlan;
  /** By the float node's name: what differs from the standard. */
  readonly steps: Readonly<Record<string, Partial<StepPlan>>>;
}

export function stepPlan(plan: QuantizationPlan, name: string): StepPlan {
  return { ...plan.standard, ...(Object.hasOwn(plan.steps, name) && plan.steps[name]) };
}
