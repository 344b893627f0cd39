import { expect } from "chai";
import { countTests } from "../../scripts/test/countTests.ts";

describe("the count of tests that closes a run", () => {
  it("adds up mocha's and Hardhat's lines through turbo's prefixes and colours", () => {
    const output = [
      "@verimesh/core:test:   12 passing (2s)",
      "@verimesh/core:test:   1 failing",
      "\u001b[32m  7 passing\u001b[0m (412ms)",
      "  5 passing (3 fuzz runs)",
    ].join("\n");
    expect(countTests(output)).to.deep.equal({ passed: 24, failed: 1 });
  });

  it("does not count what a test's name says", () => {
    expect(countTests("  ✔ refuses a proof with 3 passing signals\n  ✔ says that 2 failing jobs end")).to.deep.equal({
      passed: 0,
      failed: 0,
    });
  });
});
