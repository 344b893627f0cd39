import type { RequestListener } from "node:http";
import { assert } from "chai";
import { MEBIBYTE, pseudoRandomBytes } from "../../test/bytes.ts";
import { expectError } from "../../test/expectError.ts";
import { startHttpServer } from "../../test/httpServer.ts";
import { cidOfBlock } from "../blocks/verifyBlock.ts";
import { serveGateway } from "../gateway/serveGateway.ts";
import { MemoryContentStore } from "../MemoryContentStore.ts";
import { HttpContentStore } from "./HttpContentStore.ts";

const bytes = pseudoRandomBytes(2000);

describe("HttpContentStore", () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function against(handler: RequestListener, options = {}): Promise<HttpContentStore> {
    const server = await startHttpServer(handler);
    closing.push(() => server.close());
    return new HttpContentStore(server.url, { timeoutMs: 500, retries: 1, ...options });
  }

  /** A gateway that serves `store`, except the one block that it lies about. */
  async function lyingGateway(store: MemoryContentStore, about: string, lie: Uint8Array): Promise<HttpContentStore> {
    const honest = await serveGateway(store, { port: 0 });
    closing.push(() => honest.close());
    return against((request, response) => {
      if (request.url!.includes(about)) return void response.end(lie);
      void fetch(honest.url + request.url!).then(async (answer) => {
        response.writeHead(answer.status).end(new Uint8Array(await answer.arrayBuffer()));
      });
    });
  }

  it("refuses an address that is no HTTP URL", async () => {
    for (const url of ["", "127.0.0.1:8090", "file:///etc/passwd", "ftp://host"]) {
      await expectError("GATEWAY_URL_INVALID", () => new HttpContentStore(url));
    }
  });

  it("refuses wrong bytes for a single block", async () => {
    const store = await against((_, response) => response.end("other bytes"));
    await expectError("CONTENT_MISMATCH", async () => store.get(await cidOfBlock(bytes, "raw")));
  });

  it("refuses wrong bytes for a leaf and for an inner node of a file", async () => {
    const origin = new MemoryContentStore();
    const file = pseudoRandomBytes(2 * MEBIBYTE);
    const root = await origin.put(file);
    const leaf = await cidOfBlock(file.subarray(MEBIBYTE), "raw");
    const other = await origin.put(pseudoRandomBytes(2 * MEBIBYTE, 7));
    const leafLiar = await lyingGateway(origin, leaf.toString(), file.subarray(0, MEBIBYTE));
    const error = await expectError("CONTENT_MISMATCH", () => leafLiar.get(root));
    assert.include(error.shortMessage, leaf.toString());
    const rootLiar = await lyingGateway(origin, root.toString(), await origin.getBlock(other));
    await expectError("CONTENT_MISMATCH", () => rootLiar.get(root));
  });

  it("refuses an endless stream after 2 MiB, without reading on", async () => {
    let sent = 0;
    const store = await against((_, response) => {
      const chunk = new Uint8Array(64 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    await expectError("CONTENT_TOO_LARGE", async () => store.get(await cidOfBlock(bytes, "raw")));
    assert.isBelow(sent, 64 * MEBIBYTE);
  });

  it("refuses a truncated body, after a bounded number of attempts", async () => {
    let requests = 0;
    const store = await against((_, response) => {
      requests++;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 10), () => response.destroy());
    });
    await expectError("GATEWAY_UNREACHABLE", async () => store.get(await cidOfBlock(bytes, "raw")));
    assert.equal(requests, 2);
  });

  it("refuses a body that ends early without saying so", async () => {
    const store = await against((_, response) => response.end(bytes.subarray(0, 1999)));
    await expectError("CONTENT_MISMATCH", async () => store.get(await cidOfBlock(bytes, "raw")));
  });

  it("gives up on a gateway that never answers, and on one that drips", async () => {
    const silent = await against(() => {}, { timeoutMs: 100, retries: 0 });
    const error = await expectError("GATEWAY_UNREACHABLE", async () => silent.get(await cidOfBlock(bytes, "raw")));
    assert.include(error.details!, "100 ms");
    const dripping = await against(
      (_, response) => {
        const timer = setInterval(() => response.write("x"), 20);
        response.on("close", () => clearInterval(timer));
      },
      { timeoutMs: 150, retries: 0 },
    );
    await expectError("GATEWAY_UNREACHABLE", async () => dripping.get(await cidOfBlock(bytes, "raw")));
  });

  it("names the gateway that is not there, without the password in its address", async () => {
    const store = new HttpContentStore("http://user:secret@127.0.0.1:1/key", { retries: 0 });
    const error = await expectError("GATEWAY_UNREACHABLE", async () => store.get(await cidOfBlock(bytes, "raw")));
    assert.include(error.message, "http://127.0.0.1:1");
    assert.notInclude(error.message + String(error.cause) + store.gatewayUrl.href, "secret");
  });

  it("does not follow a redirect to another host", async () => {
    const store = await against((_, response) => response.writeHead(302, { location: "http://169.254.1.1/" }).end(), {
      retries: 0,
    });
    await expectError("GATEWAY_UNREACHABLE", async () => store.get(await cidOfBlock(bytes, "raw")));
  });

  it("does not ask again after an answer, and tells 404 from failure", async () => {
    const statuses: number[] = [404, 500];
    const store = await against((_, response) => response.writeHead(statuses.shift()!).end());
    await expectError("CONTENT_NOT_FOUND", async () => store.get(await cidOfBlock(bytes, "raw")));
    await expectError("GATEWAY_FAILED", async () => store.get(await cidOfBlock(bytes, "raw")));
    assert.isEmpty(statuses);
  });

  it("sends the password in its address as basic authentication", async () => {
    const seen: (string | undefined)[] = [];
    const server = await startHttpServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(bytes);
    });
    closing.push(() => server.close());
    await new HttpContentStore(server.url.replace("//", "//user:p%40ss@")).get(await cidOfBlock(bytes, "raw"));
    assert.deepEqual(seen, [`Basic ${btoa("user:p@ss")}`]);
  });

  it("tries again after a cut connection and then succeeds", async () => {
    let requests = 0;
    const store = await against((_, response) => (++requests === 1 ? response.destroy() : response.end(bytes)));
    assert.deepEqual(await store.get(await cidOfBlock(bytes, "raw")), bytes);
  });

  it("stops at once when its signal aborts", async () => {
    const store = await against(() => {}, { timeoutMs: 60_000 });
    const reason = new Error("stop");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const cid = await cidOfBlock(bytes, "raw");
    assert.equal(await store.get(cid, { signal: controller.signal }).catch((error: unknown) => error), reason);
  });

  it("says that a gateway is read-only", async () => {
    const gateway = await serveGateway(new MemoryContentStore(), { port: 0 });
    closing.push(() => gateway.close());
    await expectError("GATEWAY_READ_ONLY", () => new HttpContentStore(gateway.url).put(bytes));
  });

  it("writes to and reads from a writable gateway, under a path prefix or none", async () => {
    const origin = new MemoryContentStore();
    const gateway = await serveGateway(origin, { port: 0, writable: true });
    closing.push(() => gateway.close());
    const store = new HttpContentStore(gateway.url);
    const file = pseudoRandomBytes(6 * MEBIBYTE + 1);
    const cid = await store.put(file);
    assert.isTrue(await store.has(cid));
    assert.isTrue(Buffer.from(file).equals(await store.get(cid)));
    assert.isTrue(Buffer.from(file).equals(await origin.get(cid)));
    assert.isFalse(await store.has(await cidOfBlock(new Uint8Array([9]), "raw")));
    assert.equal(new HttpContentStore(`${gateway.url}/prefix`).gatewayUrl.pathname, "/prefix/");
  });
});
