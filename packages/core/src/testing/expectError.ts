import { expect } from "chai";
import { VerimeshError } from "../errors/VerimeshError.ts";

/** Expects a VerimeshError of that code whose message matches. */
export function expectError(run: () => unknown, code: string, message: RegExp): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, "nothing was thrown").to.be.instanceOf(VerimeshError);
  const error = thrown as VerimeshError;
  expect(error.code).to.equal(code);
  expect(error.message).to.match(message);
}
