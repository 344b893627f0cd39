import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import { CID } from "multiformats/cid";
import { cidFromHex, cidToHex } from "./cid.ts";

describe("cidFromHex", () => {
  it("refuses what a hostile author may have written", () => {
    for (const hex of ["0x", "0x00", "0xdeadbeef", `0x${"ff".repeat(64)}`] as const) {
      assert.throws(() => cidFromHex(hex), VerimeshError);
    }
  });

  it("reads back what cidToHex writes", () => {
    const cid = CID.parse("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    assert.equal(cidFromHex(cidToHex(cid)).toString(), cid.toString());
  });
});
