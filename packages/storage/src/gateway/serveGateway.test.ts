import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { MEBIBYTE, pseudoRandomBytes } from "../../test/bytes.ts";
import { expectError } from "../../test/expectError.ts";
import { cidOfBlock } from "../blocks/verifyBlock.ts";
import { FileContentStore } from "../file/FileContentStore.ts";
import { type Gateway, serveGateway } from "./serveGateway.ts";

describe("serveGateway", () => {
  let directory: string;
  let store: FileContentStore;
  let gateway: Gateway;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-gateway-"));
    store = new FileContentStore(directory);
    gateway = await serveGateway(store, { port: 0, writable: true, maxBlockBytes: MEBIBYTE });
  });
  after(async () => {
    await gateway.close();
    await rm(directory, { recursive: true });
  });

  /** Sends a request line as it stands: `fetch` would tidy the path. */
  function sendRaw(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(gateway.port, "127.0.0.1", () =>
        socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
      );
      socket
        .on("data", (data) => (answer += data.toString()))
        .on("close", () => resolve(answer))
        .on("error", reject);
    });
  }

  for (const path of [
    "/",
    "/ipfs/",
    "/ipfs/../../etc/passwd",
    "/ipfs/..%2f..%2fetc%2fpasswd",
    "/ipfs/%2e%2e",
    "//etc/passwd",
    "/ipfs/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku/../../x",
    "/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
    "/ipfs/bafkqaaa",
  ]) {
    it(`answers 400 with a JSON error for ${path}`, async () => {
      const answer = await sendRaw(path);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.match(answer, /"code":"CID_(INVALID|UNSUPPORTED)"/);
    });
  }

  it("answers 404 for content that it does not have, without a path of this machine and without caching", async () => {
    const response = await fetch(
      `${gateway.url}/ipfs/${(await cidOfBlock(new Uint8Array([77]), "raw")).toString()}?format=raw`,
    );
    assert.equal(response.status, 404);
    assert.isNull(response.headers.get("cache-control"));
    const body = await response.text();
    assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, "CONTENT_NOT_FOUND");
    assert.notInclude(body, directory);
  });

  it("answers 405 for a method that it does not know", async () => {
    const cid = await store.put(new Uint8Array([1]));
    const response = await fetch(`${gateway.url}/ipfs/${cid.toString()}`, { method: "DELETE" });
    assert.equal(response.status, 405);
    assert.isTrue(await store.has(cid));
  });

  it("refuses to store bytes under another CID, and blocks that are too large, with or without a length", async () => {
    const cid = await cidOfBlock(new Uint8Array([5]), "raw");
    const url = `${gateway.url}/ipfs/${cid.toString()}`;
    assert.equal((await fetch(url, { method: "PUT", body: "wrong" })).status, 400);
    const large = pseudoRandomBytes(MEBIBYTE + 1);
    assert.equal((await fetch(url, { method: "PUT", body: large as Uint8Array<ArrayBuffer> })).status, 413);
    const stream = new Blob([large]).stream();
    const chunked = await fetch(url, { method: "PUT", body: stream, duplex: "half" });
    assert.equal(chunked.status, 413);
    assert.isFalse(await store.has(cid));
  });

  it("names a port that is in use and says what to do", async () => {
    const error = await expectError("PORT_IN_USE", () => serveGateway(store, { port: gateway.port }));
    assert.include(error.shortMessage, String(gateway.port));
    assert.include(error.details!, "another port");
  });

  it("serves raw blocks and whole files, for ever cacheable", async () => {
    const bytes = pseudoRandomBytes(2 * MEBIBYTE + 3);
    const cid = await store.put(bytes);
    const raw = await fetch(`${gateway.url}/ipfs/${cid.toString()}`, {
      headers: { accept: "application/vnd.ipld.raw" },
    });
    assert.deepEqual(new Uint8Array(await raw.arrayBuffer()), await store.getBlock(cid));
    assert.include(raw.headers.get("cache-control")!, "immutable");
    const file = await fetch(`${gateway.url}/ipfs/${cid.toString()}`);
    assert.equal(file.headers.get("content-length"), String(bytes.length));
    assert.isTrue(Buffer.from(bytes).equals(Buffer.from(await file.arrayBuffer())));
    const again = await fetch(`${gateway.url}/ipfs/${cid.toString()}`, {
      headers: { "if-none-match": file.headers.get("etag")! },
    });
    assert.equal(again.status, 304);
    const head = await fetch(`${gateway.url}/ipfs/${cid.toString()}`, { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), String(bytes.length));
  });

  it("listens on the loopback address only", async () => {
    const other = await serveGateway(store, { port: 0 });
    const status = (address: string) =>
      fetch(`http://${address}:${other.port}/healthz`).then(
        (response) => response.status,
        () => "refused",
      );
    // 127.0.0.2 is this machine, too: a server that binds all addresses would answer.
    assert.deepEqual([await status("127.0.0.1"), await status("127.0.0.2")], [200, "refused"]);
    await other.close();
  });

  it("frees its port and ends open connections when closed", async () => {
    const other = await serveGateway(store, { port: 0 });
    const socket = connect(other.port, "127.0.0.1");
    const closed = new Promise<void>((resolve) => socket.on("error", () => {}).on("close", () => resolve()));
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    await other.close();
    await closed;
    const next = await serveGateway(store, { port: other.port });
    await next.close();
  });
});
