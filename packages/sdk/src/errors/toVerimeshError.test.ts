import { jobMarketAbi, verimeshErrorsAbi } from "@verimesh/abi";
import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import {
  BaseError,
  ContractFunctionRevertedError,
  encodeErrorResult,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
  UserRejectedRequestError,
  zeroAddress,
} from "viem";
import { ContractRevert } from "./ContractRevert.ts";
import { EXPLAINED_ERRORS } from "./explanations.ts";
import { toVerimeshError } from "./toVerimeshError.ts";

const SAMPLES: Readonly<Record<string, unknown>> = {
  address: zeroAddress,
  bytes32: `0x${"ab".repeat(32)}`,
  string: "text",
  uint8: 2,
  uint32: 2,
  uint256: 1_700_000_000n,
};

describe("toVerimeshError", () => {
  it("explains exactly the errors that the contracts have", () => {
    assert.sameMembers(
      [...EXPLAINED_ERRORS],
      verimeshErrorsAbi.map(({ name }) => name),
    );
  });

  for (const { name, inputs } of verimeshErrorsAbi) {
    it(`turns ${name} into plain words with its name as code`, () => {
      const args = inputs.map(({ type }) => SAMPLES[type]) as never;
      const data = encodeErrorResult({ abi: verimeshErrorsAbi, errorName: name, args });
      const revert = new ContractFunctionRevertedError({ abi: jobMarketAbi, functionName: "assignJob", data });
      const error = toVerimeshError(new BaseError("Call failed.", { cause: revert }));
      assert.instanceOf(error, ContractRevert);
      assert.equal(error.code, name);
      assert.lengthOf(error.args, inputs.length);
      for (const text of [error.shortMessage, error.details!]) {
        assert.match(text, /^\S.*\.$/s);
        assert.notMatch(text, /undefined|NaN|\[object|not explained/);
      }
    });
  }

  it("finds revert data where nodes put it: in data, in data.data, in raw", () => {
    const data = encodeErrorResult({ abi: verimeshErrorsAbi, errorName: "FeeZero" });
    for (const fields of [{ data }, { data: { data } }, { raw: data }]) {
      const error = toVerimeshError(new Error("outer", { cause: Object.assign(new Error("inner"), fields) }));
      assert.equal((error as VerimeshError).code, "FeeZero");
    }
  });

  it("keeps the reason of a revert that is not the contracts' own", () => {
    const data: Hex = encodeErrorResult({
      abi: [{ type: "error", name: "Error", inputs: [{ name: "reason", type: "string" }] }],
      args: ["the moon is not full"],
    });
    const revert = new ContractFunctionRevertedError({ abi: jobMarketAbi, functionName: "assignJob", data });
    const error = toVerimeshError(revert) as VerimeshError;
    assert.equal(error.code, "CONTRACT_REVERTED");
    assert.include(error.details!, "the moon is not full");
  });

  it("survives revert data that is no ABI", () => {
    for (const data of ["0x12345678", `0x${"ff".repeat(100)}`] as const) {
      const error = toVerimeshError(
        new ContractFunctionRevertedError({ abi: jobMarketAbi, functionName: "assignJob", data }),
      );
      assert.equal((error as VerimeshError).code, "CONTRACT_REVERTED");
    }
  });

  it("names the node by its origin, never by what may be a key", () => {
    const url = "https://user:pass@rpc.example/v2/k3y?token=t0ken";
    for (const cause of [
      new HttpRequestError({ url, details: `fetch failed for ${url}` }),
      new TimeoutError({ url, body: {} }),
      new BaseError("Unknown.", { details: `see ${url}` }),
    ]) {
      const error = toVerimeshError(cause) as VerimeshError;
      assert.include(["RPC_UNREACHABLE", "RPC_FAILED"], error.code);
      assert.notMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /pass|k3y|t0ken/);
      assert.include(error.message, "https://rpc.example");
    }
  });

  it("tells a rejected signature and missing funds apart from failures", () => {
    const rejected = toVerimeshError(new UserRejectedRequestError(new Error("no")));
    assert.equal((rejected as VerimeshError).code, "TRANSACTION_REJECTED");
    const poor = toVerimeshError(new BaseError("x", { cause: new InsufficientFundsError() }));
    assert.equal((poor as VerimeshError).code, "FUNDS_INSUFFICIENT");
  });

  it("leaves its own errors and bugs as they are", () => {
    const own = new VerimeshError("own", { code: "OWN" });
    const bug = new TypeError("x is not a function");
    assert.equal(toVerimeshError(own), own);
    assert.equal(toVerimeshError(bug), bug);
    assert.equal(toVerimeshError("text").message, "text");
  });

  it("ends on an error that is its own cause", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    assert.equal(toVerimeshError(loop), loop);
  });
});
