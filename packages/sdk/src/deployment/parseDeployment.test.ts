import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import { parseDeployment } from "./parseDeployment.ts";

const address = (digit: string): string => `0x${digit.repeat(40)}`;
const document = {
  chainId: 31337,
  token: address("1"),
  verifierRegistry: address("2"),
  modelRegistry: address("3"),
  providerStaking: address("4"),
  providerSelection: address("5"),
  jobMarket: address("6"),
  quorumPolicy: address("7"),
  optimisticPolicy: address("8"),
  requestDesk: address("9"),
  jobQuoter: `0x${"10".repeat(20)}`,
  timelock: `0x${"11".repeat(20)}`,
  deployedAtBlock: 0,
};

describe("parseDeployment", () => {
  const refused: [string, unknown, string][] = [
    ["text that is not JSON", "{", "not JSON"],
    ["null", null, "not an object"],
    ["a missing address", { ...document, token: undefined }, '"token"'],
    ["a deployment of before the marketplace", { ...document, providerSelection: undefined }, '"providerSelection"'],
    ["the zero address", { ...document, token: address("0") }, "zero address"],
    ["a wrong checksum", { ...document, jobMarket: "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96046" }, '"jobMarket"'],
    ["a chain id that is no number", { ...document, chainId: "31337" }, '"chainId"'],
    ["a negative block", { ...document, deployedAtBlock: -1 }, '"deployedAtBlock"'],
  ];
  for (const [what, json, expected] of refused) {
    it(`refuses ${what}, and says what is expected`, () => {
      try {
        parseDeployment(json);
      } catch (error) {
        assert.instanceOf(error, VerimeshError);
        assert.equal(error.code, "DEPLOYMENT_INVALID");
        assert.include(error.shortMessage, expected);
        assert.include(error.details!, '"jobMarket"');
        return;
      }
      assert.fail("nothing was thrown");
    });
  }

  it("reads text and documents, and leaves out fields that it does not know", () => {
    assert.deepEqual(parseDeployment(JSON.stringify({ ...document, note: "x" })), document as never);
    assert.deepEqual(parseDeployment(document), document as never);
  });
});
