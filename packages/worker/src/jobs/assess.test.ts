import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { chainJob, OTHER, record } from "../../test/records.ts";
import type { ChainJob } from "../chain/ChainJob.ts";
import { hashInputWords } from "../chain/MarketClient.ts";
import { checkTerms, checkTime, type Terms } from "./assess.ts";

const TERMS: Terms = {
  minimumFee: 5n,
  minimumFeeOf: {},
  tokens: {},
  minimumProveSeconds: 10,
  maximumCallbackGas: 100_000,
};

const job = (change: Partial<ChainJob> = {}) => chainJob({ fee: 5n, inputHash: hashInputWords([7n]), ...change });

function codeOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(VerimeshError);
    return (error as VerimeshError).code;
  }
}

describe("checkTerms", () => {
  it("refuses a callback that may cost more gas than the provider pays for", () => {
    expect(codeOf(() => checkTerms(record(), job({ callbackGasLimit: 100_001 }), TERMS))).to.equal("CALLBACK_TOO_DEAR");
    expect(codeOf(() => checkTerms(record(), job({ callbackGasLimit: 100_000 }), TERMS))).to.equal(undefined);
  });

  it("counts what royalty and protocol fee leave, to the last unit", () => {
    // 101 − ⌊50.5⌋ − ⌊10.1⌋ = 41.
    const shared = job({ fee: 101n, royaltyBps: 5_000, protocolFeeBps: 1_000 });
    expect(codeOf(() => checkTerms(record(), shared, { ...TERMS, minimumFee: 42n }))).to.equal("FEE_TOO_LOW");
    expect(codeOf(() => checkTerms(record(), shared, { ...TERMS, minimumFee: 41n }))).to.equal(undefined);
  });

  it("refuses a token that the provider did not name, whatever the fee", () => {
    const worthless = job({ token: OTHER, fee: 2n ** 95n });
    expect(codeOf(() => checkTerms(record(), worthless, TERMS))).to.equal("TOKEN_NOT_ACCEPTED");
    expect(codeOf(() => checkTerms(record(), worthless, { ...TERMS, tokens: { [OTHER]: 1n } }))).to.equal(undefined);
  });

  it("refuses another request under the id, as a reorganisation leaves it", () => {
    for (const change of [{ inputHash: hashInputWords([8n]) }, { modelId: 2n }, { version: 2n }]) {
      expect(codeOf(() => checkTerms(record(), job(change), TERMS))).to.equal("REQUEST_CHANGED");
    }
  });
});

describe("checkTime", () => {
  it("wants three times what the last proof took", () => {
    expect(codeOf(() => checkTime(job({ proveSeconds: 59n }), 20))).to.equal("TIME_TOO_SHORT");
    expect(codeOf(() => checkTime(job({ proveSeconds: 60n }), 20))).to.equal(undefined);
  });
});
