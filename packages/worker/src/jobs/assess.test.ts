import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { chainJob } from "../../test/records.ts";
import type { ChainJob } from "../chain/ChainJob.ts";
import { checkTerms, declineReasonOf, isContentFault, isContentMissing, isLasting } from "./assess.ts";

const TERMS = { minimumAnswerSeconds: 10, maximumCallbackGas: 100_000 };

function codeOf(job: Partial<ChainJob>, secondsBefore?: number): string | undefined {
  try {
    checkTerms(chainJob(job), TERMS, secondsBefore);
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(VerimeshError);
    return (error as VerimeshError).code;
  }
}

describe("checkTerms", () => {
  it("refuses a callback that may cost more gas than the provider pays for", () => {
    expect(codeOf({ callbackGasLimit: 100_001 })).to.equal("CALLBACK_TOO_DEAR");
    expect(codeOf({ callbackGasLimit: 100_000 })).to.equal(undefined);
  });

  it("refuses less time than the provider wants, or than the version took the last time", () => {
    expect(codeOf({ answerSeconds: 9 })).to.equal("TIME_TOO_SHORT");
    expect(codeOf({ answerSeconds: 10 })).to.equal(undefined);
    expect(codeOf({ answerSeconds: 19 }, 19.5)).to.equal("TIME_TOO_SHORT");
    expect(codeOf({ answerSeconds: 20 }, 19.5)).to.equal(undefined);
  });
});

describe("errors, sorted", () => {
  const error = (code: string) => new VerimeshError("it failed", { code });

  it("tells content that may come from content that will never do", () => {
    expect([isLasting(error("CONTENT_NOT_FOUND")), isContentMissing(error("CONTENT_NOT_FOUND"))]).to.deep.equal([
      false,
      true,
    ]);
    expect([isLasting(error("INPUT_INVALID")), isContentMissing(error("INPUT_INVALID"))]).to.deep.equal([true, false]);
    expect(isContentFault(error("PROOF_NOT_VALID"))).to.equal(false);
    expect(isLasting(new Error("a crash"))).to.equal(false);
  });

  it("gives the market the reason that fits", () => {
    const reasons = ["GATEWAY_UNREACHABLE", "INPUT_INVALID", "PROOF_NOT_VALID", "TIME_TOO_SHORT", "SOMETHING_ELSE"];
    expect(reasons.map((code) => declineReasonOf({ code }))).to.deep.equal([4, 4, 5, 6, 6]);
  });
});
