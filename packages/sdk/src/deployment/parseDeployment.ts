import type { Deployment } from "@verimesh/abi";
import { VerimeshError } from "@verimesh/core";
import { type Address, getAddress, isAddress, zeroAddress } from "viem";

/** Every contract of a deployment. */
export const ADDRESS_FIELDS = [
  ...(["token", "verifierRegistry", "modelRegistry", "providerStaking", "providerSelection", "jobMarket"] as const),
  ...(["quorumPolicy", "optimisticPolicy", "requestDesk", "jobQuoter", "timelock"] as const),
] as const;

/**
 * Reads a deployment file.
 * @param json its text, or the parsed document
 * @throws VerimeshError `DEPLOYMENT_INVALID`, naming the field
 * @example
 * const deployment = parseDeployment(await readFile("deployment.json", "utf8"));
 */
export function parseDeployment(json: unknown): Deployment {
  let document = json;
  if (typeof json === "string") {
    try {
      document = JSON.parse(json);
    } catch (cause) {
      throw invalid("it is not JSON", cause);
    }
  }
  if (typeof document !== "object" || document === null) throw invalid("it is not an object");
  const fields = document as Readonly<Record<string, unknown>>;
  const addresses = Object.fromEntries(
    ADDRESS_FIELDS.map((name): [string, Address] => {
      const value = fields[name];
      // Checksum errors are typing errors; an address in one case has no checksum to check.
      if (typeof value !== "string" || !isAddress(value)) throw invalid(`"${name}" is not an address`);
      if (value === zeroAddress) throw invalid(`"${name}" is the zero address`);
      return [name, getAddress(value)];
    }),
  ) as Record<(typeof ADDRESS_FIELDS)[number], Address>;
  return { chainId: count(fields, "chainId", 1), ...addresses, deployedAtBlock: count(fields, "deployedAtBlock", 0) };
}

function count(fields: Readonly<Record<string, unknown>>, name: string, min: number): number {
  const value = fields[name];
  if (Number.isSafeInteger(value) && (value as number) >= min) return value as number;
  throw invalid(`"${name}" is not a whole number of at least ${min}`);
}

function invalid(problem: string, cause?: unknown): VerimeshError {
  return new VerimeshError(`The deployment cannot be read: ${problem}.`, {
    code: "DEPLOYMENT_INVALID",
    details: `Expected {"chainId", ${ADDRESS_FIELDS.map((name) => `"${name}"`).join(", ")}, "deployedAtBlock"}, as deployProtocol returns it.`,
    cause,
  });
}
