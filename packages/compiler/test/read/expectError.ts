import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";

/** Expects a VerimeshError of that code whose message matches. */
export function expectError(run: () => unknown, code: string, message: RegExp): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expectThrown(thrown, code, message);
}

/** The same of what a promise rejects with. */
export async function expectRejection(promise: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const nothing = Symbol("nothing");
  const thrown = await promise.then(
    () => nothing,
    (error: unknown) => error,
  );
  expectThrown(thrown === nothing ? undefined : thrown, code, message);
}

function expectThrown(thrown: unknown, code: string, message: RegExp): void {
  expect(thrown, "what was thrown").to.be.instanceOf(VerimeshError);
  const error = thrown as VerimeshError;
  expect(error.message).to.match(message);
  expect(error.code).to.equal(code);
}
