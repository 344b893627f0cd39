import { expect } from "chai";
import { expectError } from "../testing/expectError.ts";
import { jobBinding } from "./jobBinding.ts";

const market = `0x${"11".repeat(20)}`;
const provider = `0x${"22".repeat(20)}`;

describe("jobBinding", () => {
  it("refuses a malformed address", () => {
    expectError(
      () => jobBinding({ chainId: 1, market: "0x12", jobId: 1n, provider }),
      "BINDING_INVALID",
      /market "0x12"/,
    );
    expectError(() => jobBinding({ chainId: 1, market, jobId: -1n, provider }), "BINDING_INVALID", /job id/);
  });

  it("equals Solidity's for a known job, and changes with each of its parts", () => {
    const job = { chainId: 31337, market, jobId: 7n, provider };
    const binding = jobBinding(job);
    // uint256(keccak256(abi.encode(31337, market, 7, provider))) >> 8
    expect(binding).to.equal(190923681829128972107610098356452641744183357085442195791426304749549135504n);
    const others = [{ chainId: 1 }, { jobId: 8n }, { market: provider }, { provider: market }];
    for (const change of others) expect(jobBinding({ ...job, ...change })).to.not.equal(binding);
  });
});
