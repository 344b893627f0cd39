import { expect } from "chai";
import { decodeErrorResult, encodeErrorResult, toFunctionSelector, toFunctionSignature } from "viem";
import { jobMarketAbi, providerStakingAbi, verimeshErrorsAbi } from "./index.ts";

describe("verimeshErrorsAbi", () => {
  it("has no two errors of one name or of one selector", () => {
    const names = verimeshErrorsAbi.map(({ name }) => name);
    const selectors = verimeshErrorsAbi.map((error) =>
      toFunctionSelector(toFunctionSignature({ ...error, type: "function", outputs: [], stateMutability: "view" })),
    );
    expect(new Set(names).size).to.equal(names.length);
    expect(new Set(selectors).size).to.equal(selectors.length);
  });

  it("decodes an error that the market passes on from the staking contract", () => {
    const provider = "0x0000000000000000000000000000000000000001";
    const data = encodeErrorResult({
      abi: providerStakingAbi,
      errorName: "StakeInsufficient",
      args: [provider, 1n, 2n],
    });
    const decoded = decodeErrorResult({ abi: verimeshErrorsAbi, data });
    expect(decoded).to.deep.include({ errorName: "StakeInsufficient", args: [provider, 1n, 2n] });
    expect(
      jobMarketAbi.some((entry) => entry.type === "error" && (entry.name as string) === "StakeInsufficient"),
    ).to.equal(false);
  });

  it("decodes OpenZeppelin's errors that surface through the contracts", () => {
    const names: readonly string[] = verimeshErrorsAbi.map(({ name }) => name);
    expect(names).to.include.members([
      "ERC20InsufficientAllowance",
      "AccessControlUnauthorizedAccount",
      "InvalidAccountNonce",
      "OwnableUnauthorizedAccount",
      "ReentrancyGuardReentrantCall",
      "SafeERC20FailedOperation",
    ]);
  });
});
