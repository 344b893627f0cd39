import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";

/** Runs and returns the `VerimeshError` with this code; fails if there is none or another. */
export async function expectError(code: string, run: () => unknown): Promise<VerimeshError> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof VerimeshError)) throw error;
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`expected the error ${code}, nothing was thrown`);
}
