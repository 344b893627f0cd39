import { VerimeshError } from "@verimesh/core";
import { toVerimeshError } from "@verimesh/sdk";

/** The name of the contract error with which a call is refused: chains differ in the words around it. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const refusal = toVerimeshError(error);
    if (refusal instanceof VerimeshError) return refusal.code;
    throw error;
  }
  return "nothing was refused";
}
