import { assert } from "chai";
import { CID } from "multiformats/cid";
import { identity } from "multiformats/hashes/identity";
import { sha256, sha512 } from "multiformats/hashes/sha2";
import { expectError } from "../../test/expectError.ts";
import { MAX_BLOCK_BYTES } from "./BlockStore.ts";
import { assertSupportedCid, cidOfBlock, parseCid, verifyBlock } from "./verifyBlock.ts";

const hello = new TextEncoder().encode("hello world");

describe("parseCid", () => {
  for (const text of [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "bafkrei\0",
    "/ipfs/x",
    "b".repeat(100_000),
    "bafkrei",
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, async () => {
      await expectError("CID_INVALID", () => parseCid(text));
    });
  }

  it("refuses version 0, and says what is supported", async () => {
    const error = await expectError("CID_UNSUPPORTED", () =>
      parseCid("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"),
    );
    assert.include(error.shortMessage, "CID version 0");
    assert.include(error.details!, "sha2-256");
  });

  it("reads a CID in another base as the same one", async () => {
    const cid = await cidOfBlock(hello, "raw");
    const { base58btc } = await import("multiformats/bases/base58");
    assert.equal(parseCid(cid.toString(base58btc)).toString(), cid.toString());
  });
});

describe("assertSupportedCid", () => {
  it("refuses an identity CID, however large its content", async () => {
    for (const length of [0, 32, 100_000]) {
      const cid = CID.createV1(0x55, identity.digest(new Uint8Array(length)));
      const error = await expectError("CID_UNSUPPORTED", () => assertSupportedCid(cid));
      assert.include(error.shortMessage, "identity");
    }
  });

  it("refuses other hashes and truncated digests", async () => {
    const long = await sha512.digest(hello);
    await expectError("CID_UNSUPPORTED", () => assertSupportedCid(CID.createV1(0x55, long)));
    const short = await sha256.digest(hello, { truncate: 20 });
    await expectError("CID_UNSUPPORTED", () => assertSupportedCid(CID.createV1(0x55, short)));
  });

  it("refuses the codec dag-cbor by its number", async () => {
    const cid = CID.createV1(0x71, await sha256.digest(hello));
    const error = await expectError("CID_UNSUPPORTED", () => assertSupportedCid(cid));
    assert.include(error.shortMessage, "0x71");
  });
});

describe("verifyBlock", () => {
  it("refuses a block with one bit changed, and names the CID and the source", async () => {
    const cid = await cidOfBlock(hello, "raw");
    const changed = hello.slice();
    changed[3]! ^= 1;
    const error = await expectError("CONTENT_MISMATCH", () => verifyBlock(cid, changed, "http://gateway"));
    assert.include(error.shortMessage, cid.toString());
    assert.include(error.shortMessage, "http://gateway");
  });

  it("refuses a block above 2 MiB even if its hash is right, and accepts one of 2 MiB", async () => {
    const large = new Uint8Array(MAX_BLOCK_BYTES + 1);
    await expectError("CONTENT_TOO_LARGE", async () => verifyBlock(await cidOfBlock(large, "raw"), large, "x"));
    const full = large.subarray(1);
    await verifyBlock(await cidOfBlock(full, "raw"), full, "x");
  });

  it("gives the CID that `ipfs add --cid-version=1` gives", async () => {
    assert.equal(
      (await cidOfBlock(hello, "raw")).toString(),
      "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
    );
  });
});
