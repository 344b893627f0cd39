import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import { zeroAddress, zeroHash } from "viem";
import type { SignedJobRequest } from "./signedRequest.ts";
import { signedRequestFromJson, signedRequestToJson } from "./signedRequestJson.ts";

const signed: SignedJobRequest = {
  requester: "0x1111111111111111111111111111111111111111",
  nonce: 3n,
  deadline: 2n ** 256n - 1n,
  request: {
    ...{ modelId: 1n, version: 2n, policy: 1, panelSize: 3, quorum: 2, token: zeroAddress, fee: 10n ** 18n },
    ...{ fromBalance: true, drawSeconds: 600, answerSeconds: 600, openSeconds: 0, windowSeconds: 600 },
    ...{ callback: zeroAddress, callbackGasLimit: 0, inputWords: [1n, 2n ** 254n], inputCid: "0x" },
  },
  signature: `0x${"ab".repeat(65)}`,
  permit: { value: 0n, deadline: 0n, v: 0, r: zeroHash, s: zeroHash },
};

describe("signedRequestFromJson", () => {
  const document = JSON.parse(signedRequestToJson(signed)) as { request: object; permit: object };
  const refused: [string, unknown, RegExp][] = [
    ["null", null, /the document is not an object/],
    ["a missing request", { ...document, request: undefined }, /request is not an object/],
    ["a number above 2^256", { ...document, nonce: `${2n ** 256n}` }, /nonce is not a uint256/],
    ["a negative number", { ...document, nonce: "-1" }, /nonce is not a uint256/],
    ["a number in another notation", { ...document, nonce: "1e3" }, /nonce is not a uint256/],
    ["digits without end", { ...document, nonce: "9".repeat(1000) }, /nonce is not a uint256/],
    ["a policy above 255", { ...document, request: { ...document.request, policy: 256 } }, /policy is not a uint8/],
    ["a yes that is no boolean", { ...document, request: { ...document.request, fromBalance: 1 } }, /fromBalance/],
    ["words that are no list", { ...document, request: { ...document.request, inputWords: "1" } }, /not a list/],
    [
      "a word that is none",
      { ...document, request: { ...document.request, inputWords: ["1", {}] } },
      /inputWords\[1\]/,
    ],
    ["an address that is none", { ...document, requester: "0x11" }, /requester is not a address/],
    ["half a byte", { ...document, signature: "0xabc" }, /signature is not a bytes/],
    ["a permit of another size", { ...document, permit: { ...document.permit, r: "0xab" } }, /r is not a bytes32/],
  ];
  const messageOf = (text: string): string => {
    try {
      signedRequestFromJson(text);
    } catch (error) {
      if (error instanceof VerimeshError && error.code === "SIGNED_REQUEST_INVALID") return error.shortMessage;
      throw error;
    }
    return "nothing thrown";
  };
  for (const [what, json, message] of refused) {
    it(`refuses ${what}`, () => assert.match(messageOf(JSON.stringify(json)), message));
  }

  it("refuses what is not JSON, and what is too long before it is parsed", () => {
    assert.match(messageOf("{"), /not JSON/);
    assert.match(messageOf(" ".repeat(70_000)), /70000 characters/);
  });

  it("gives back what was signed, and nothing that somebody added", () => {
    const text = signedRequestToJson(signed);
    assert.deepEqual(signedRequestFromJson(text), signed);
    const added = JSON.stringify({ ...(JSON.parse(text) as object), __proto__: { a: 1 }, extra: 1 });
    assert.deepEqual(signedRequestFromJson(added), signed);
  });
});
