import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CLAIM_STATUSES, END_REASONS, JOB_POLICIES, JOB_STATUSES, PANEL_STATUSES } from "@verimesh/sdk";
import { assert } from "chai";

const contracts = new URL("../../contracts", import.meta.url).pathname;

/** The members of an enum in a Solidity file, as the SDK writes names. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const source = await readFile(join(contracts, file), "utf8");
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source)?.[1];
  if (body === undefined) return assert.fail(`${file} has no enum ${name}`);
  return body
    .split(",")
    .map((member) => member.trim())
    .map((member) => member.charAt(0).toLowerCase() + member.slice(1));
}

describe("sdk: the names of the contracts' enums", () => {
  const enums: [string, string, readonly string[]][] = [
    ["types/Job.sol", "JobStatus", JOB_STATUSES],
    ["types/Job.sol", "Policy", JOB_POLICIES],
    ["types/Job.sol", "EndReason", END_REASONS],
    ["interfaces/IPanelVoting.sol", "PanelStatus", PANEL_STATUSES],
    ["interfaces/IOptimisticPolicy.sol", "ClaimStatus", CLAIM_STATUSES],
  ];
  for (const [file, name, names] of enums) {
    it(`are those of ${name}, in its order`, async () => assert.deepEqual([...names], await membersOf(file, name)));
  }
});
