import { VerimeshError } from "../../errors/VerimeshError.ts";
import { validateModel } from "../../model/validateModel.ts";
import type { Case } from "./Case.ts";
import { simplerNumbers } from "./simplerNumbers.ts";
import { smallerGraphs } from "./smallerGraphs.ts";
import { smallerShapes } from "./smallerShapes.ts";

/**
 * Makes a case that fails smaller while it keeps failing: fewer nodes, then smaller shapes, then rounder numbers, until
 * no step helps.
 *
 * @param fails whether the case still shows the fault; asked of valid models only
 * @param tries how often it may be asked
 */
export async function shrinkCase(
  found: Case,
  fails: (candidate: Case) => boolean | Promise<boolean>,
  tries = 3000,
): Promise<Case> {
  let smallest = found;
  for (let left = tries, helped = true; helped;) {
    helped = false;
    for (const candidate of candidatesOf(smallest)) {
      if (left-- <= 0) return smallest;
      if (!isValid(candidate) || !(await fails(candidate))) continue;
      smallest = candidate;
      helped = true;
      break;
    }
  }
  return smallest;
}

function* candidatesOf(found: Case): Generator<Case> {
  yield* smallerGraphs(found);
  yield* smallerShapes(found);
  yield* simplerNumbers(found);
}

function isValid({ model }: Case): boolean {
  try {
    validateModel(model);
    return true;
  } catch (error) {
    if (error instanceof VerimeshError) return false;
    throw error;
  }
}
