import { VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import { createClient, custom, fromRlp, type Hex, keccak256, pad, zeroHash } from "viem";
import { encodeBlockHeader, getDrawHeader, type RpcBlock } from "./blockHeader.ts";

const EMPTY_TRIE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

/** Block 0 of Ethereum's main chain, as every node returns it. */
const genesis: RpcBlock = {
  hash: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
  parentHash: zeroHash,
  sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  miner: pad("0x", { size: 20 }),
  stateRoot: "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
  transactionsRoot: EMPTY_TRIE,
  receiptsRoot: EMPTY_TRIE,
  logsBloom: pad("0x", { size: 256 }),
  difficulty: "0x400000000",
  number: "0x0",
  gasLimit: "0x1388",
  gasUsed: "0x0",
  timestamp: "0x0",
  extraData: "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
  mixHash: zeroHash,
  nonce: "0x0000000000000042",
};

function refused(run: () => unknown): VerimeshError {
  try {
    run();
  } catch (error) {
    if (error instanceof VerimeshError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("encodeBlockHeader", () => {
  it("refuses a block of which any field of the header was changed", () => {
    for (const [field, value] of Object.entries(genesis)) {
      if (field === "hash") continue;
      const digits = String(value).slice(2);
      const changed = { ...genesis, [field]: `0x${digits.startsWith("1") ? "2" : "1"}${digits.slice(1)}` };
      assert.equal(refused(() => encodeBlockHeader(changed)).code, "HEADER_FORMAT_UNKNOWN", field);
    }
  });

  it("names the field that is missing or no string", () => {
    assert.match(refused(() => encodeBlockHeader({ ...genesis, mixHash: undefined })).details!, /mixHash/);
    assert.match(refused(() => encodeBlockHeader({ ...genesis, number: 0n })).details!, /number/);
    assert.match(refused(() => encodeBlockHeader({ ...genesis, number: null })).details!, /number/);
  });

  it("says which fields it knew of a header that has others", () => {
    const { shortMessage, details } = refused(() => encodeBlockHeader({ ...genesis, hash: keccak256("0x01") }));
    assert.match(shortMessage, /block 0x0/);
    assert.match(details!, /nonce: hash 0xd4e56740/);
  });

  it("takes a field of a later fork into the header, so that it can not be left out", () => {
    const { details } = refused(() => encodeBlockHeader({ ...genesis, requestsHash: zeroHash }));
    assert.match(details!, /nonce, requestsHash/);
  });

  it("encodes the first block of Ethereum's main chain", () => {
    const header = encodeBlockHeader(genesis);
    assert.equal(keccak256(header), genesis["hash"]);
    const items = fromRlp(header) as Hex[];
    assert.lengthOf(items, 15);
    assert.equal(items[13], genesis["mixHash"]);
    assert.equal(items[8], "0x");
  });

  it("leaves out what nodes add to a block and fields that are null", () => {
    const block = { ...genesis, baseFeePerGas: null, totalDifficulty: "0x400000000", size: "0x21c", transactions: [] };
    assert.equal(encodeBlockHeader(block), encodeBlockHeader(genesis));
  });
});

describe("getDrawHeader", () => {
  const clientOf = (answer: (parameters: unknown) => unknown) =>
    createClient({
      chain: undefined,
      transport: custom({
        request: ({ method, params }: { method: string; params: unknown }) => {
          assert.equal(method, "eth_getBlockByNumber");
          return Promise.resolve(answer(params));
        },
      }),
    });

  it("says that the node has no such block", async () => {
    const failure = await getDrawHeader(
      clientOf(() => null),
      17n,
    ).catch((error: unknown) => error);
    assert.instanceOf(failure, VerimeshError);
    assert.equal(failure.code, "BLOCK_NOT_FOUND");
    assert.match(failure.shortMessage, /17/);
  });

  it("ends when it is aborted", async () => {
    const reason = new Error("stop");
    const waiting = getDrawHeader(
      clientOf(() => new Promise(() => {})),
      17n,
      AbortSignal.abort(reason),
    );
    assert.equal(await waiting.catch((error: unknown) => error), reason);
  });

  it("asks for the block by its number and encodes it", async () => {
    const client = clientOf((parameters) => {
      assert.deepEqual(parameters, ["0x0", false]);
      return genesis;
    });
    assert.equal(await getDrawHeader(client, 0n), encodeBlockHeader(genesis));
  });
});
