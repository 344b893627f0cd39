import type { CircuitLayout } from "@verimesh/core";

/**
 * Gas of a job in ETH under the proof policy with one output and one input word, on accounts and balances that were used
 * before: the figures of `test/gas/snapshot.json`, which a test compares.
 */
const REQUEST = 147_999;
const ASSIGN = 139_152;
const SUBMIT = 328_730;
/** A further input word in the request: calldata and hashing. */
const REQUEST_PER_WORD = 850;
/** A further word with the proof: its multiplication and addition on the curve (EIP-1108), calldata, its part of the key. */
const SUBMIT_PER_WORD = 7_390;

export interface JobGas {
  /** Paid by who asks. */
  readonly request: number;
  /** The draw; paid by the provider. */
  readonly assign: number;
  /** Verifying and settling; paid by the provider. */
  readonly settle: number;
}

/** What a job of a model costs on the chain: it depends on the circuit's public words alone, not on its size. */
export function estimateJobGas({ outputWords, inputWords }: Pick<CircuitLayout, "outputWords" | "inputWords">): JobGas {
  return {
    request: REQUEST + REQUEST_PER_WORD * (inputWords - 1),
    assign: ASSIGN,
    settle: SUBMIT + SUBMIT_PER_WORD * (outputWords + inputWords - 2),
  };
}
