import { expect } from "chai";
import { expectError } from "../../test/records.ts";
import { serveStatus } from "./server.ts";

const source = {
  status: () => ({ head: 5n }),
  jobs: () => [{ jobId: "7" }],
  job: (id: string) => (id === "7" ? { jobId: "7" } : undefined),
  healthy: () => false,
};

describe("serveStatus", () => {
  it("says so when the port is in use", async () => {
    const first = await serveStatus(source, { port: 0 });
    const error = await expectError(serveStatus(source, { port: Number(new URL(first.url).port) }), "PORT_IN_USE");
    expect(error.details).to.contain("Choose another");
    await first.close();
  });

  it("answers 404 for what is not there, 405 for what is not GET, 503 when not healthy", async () => {
    const server = await serveStatus(source, { port: 0 });
    const status = async (path: string, method = "GET") => (await fetch(server.url + path, { method })).status;
    expect(await status("/")).to.equal(404);
    expect(await status("/jobs/8")).to.equal(404);
    expect(await status("/jobs/..%2f..%2fetc")).to.equal(404);
    expect(await status("/status", "POST")).to.equal(405);
    expect(await status("/healthz")).to.equal(503);
    await server.close();
  });

  it("listens on the loopback address only and tells bigints as decimal strings", async () => {
    const server = await serveStatus(source, { port: 0 });
    expect(new URL(server.url).hostname).to.equal("127.0.0.1");
    // Another address of this machine: a server that binds all of them would answer.
    const elsewhere = server.url.replace("127.0.0.1", "127.0.0.2");
    expect(await fetch(`${elsewhere}/status`).catch(() => "refused")).to.equal("refused");
    expect(await (await fetch(`${server.url}/status`)).json()).to.deep.equal({ head: "5" });
    expect(await (await fetch(`${server.url}/jobs`)).json()).to.deep.equal([{ jobId: "7" }]);
    expect(await (await fetch(`${server.url}/jobs/7`)).json()).to.deep.equal({ jobId: "7" });
    await server.close();
    expect(await fetch(server.url).catch(() => "closed")).to.equal("closed");
  });
});
