import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";

/** The VerimeshError with which a promise fails. */
export async function rejection(promise: Promise<unknown>): Promise<VerimeshError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(VerimeshError);
  return error as VerimeshError;
}
