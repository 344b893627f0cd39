import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { outputPackingOf, packOutputs, runReference } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { parseEther, type Hex } from "viem";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);

/** A node's address whose line can be cut. */
async function startLine(target: string) {
  let up = true;
  /** Passes requests on, swallows the answers of these methods: they were done, and nobody heard of it. */
  let deafTo: string | undefined;
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      if (!up) return void outgoing.destroy();
      const forwarded = httpRequest(
        target,
        { method: "POST", headers: { "content-type": "application/json" } },
        (answer) => {
          if (!up || (deafTo && body.includes(deafTo))) {
            answer.resume();
            return void outgoing.destroy();
          }
          outgoing.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(outgoing);
        },
      );
      forwarded.on("error", () => outgoing.destroy());
      forwarded.end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => (up = false),
    mend: () => (up = true),
    deafen: (method: string | undefined) => (deafTo = method),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("worker, when chain or node fail it", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    await net.stake(PROVIDER);
    await net.list(PROVIDER, modelId);
  });

  afterEach(() => workers.stopAll());
  after(() => net.close());

  async function expectSettledOnce(jobId: bigint): Promise<void> {
    expect((await net.jobOf(jobId)).status).to.equal(4);
    expect(await net.count("JobSettled", jobId)).to.equal(1);
    expect((await net.poolOf(PROVIDER)).locked).to.equal(0n);
  }

  it("finds a job that was requested while the node was away", async () => {
    const line = await startLine(net.rpcUrl);
    const worker = await workers.start(PROVIDER, { prover, rpcUrl: line.url });
    line.cut();
    const jobId = await net.request(modelId, input);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(worker.status().chainUp).to.equal(false);
    line.mend();
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
    line.close();
  });

  it("goes on with a job when the node goes away while it proves", async () => {
    const line = await startLine(net.rpcUrl);
    const worker = await workers.start(PROVIDER, {
      prover: {
        ...prover,
        async prove(job, options) {
          line.cut();
          setTimeout(() => line.mend(), 400);
          return prover.prove(job, options);
        },
      },
      rpcUrl: line.url,
    });
    const jobId = await net.request(modelId, input);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
    line.close();
  });

  it("sends nothing twice when the node takes a transaction and the answer is lost", async () => {
    const line = await startLine(net.rpcUrl);
    line.deafen("eth_sendRawTransaction");
    const before = await net.transactions(PROVIDER);
    const worker = await workers.start(PROVIDER, { prover, rpcUrl: line.url });
    const jobId = await net.request(modelId, input);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
    expect((await net.transactions(PROVIDER)) - before).to.equal(2);
    line.close();
  });

  it("is drawn again when a reorganisation takes its assignment back, and does the job once", async () => {
    const cacheDirectory = await rehearsed();
    const jobId = await net.request(modelId, input);
    const snapshot = await net.client.snapshot();
    let reorganised = false;
    const worker = await workers.start(PROVIDER, {
      prover: {
        ...prover,
        async prove(job, options) {
          const isAssigned = (await net.jobOf(jobId)).status === 2;
          if (isAssigned && !reorganised) {
            reorganised = true;
            await net.client.revert({ id: snapshot });
          }
          return prover.prove(job, options);
        },
      },
      cacheDirectory,
    });
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(reorganised).to.equal(true);
    await expectSettledOnce(jobId);
  });

  it("settles again when a reorganisation takes its settlement back", async () => {
    const cacheDirectory = await rehearsed();
    const jobId = await net.request(modelId, input);
    const statusBecomes = async (status: number) => {
      for (let tries = 0; tries < 500; tries++) {
        if ((await net.jobOf(jobId)).status === status) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`job ${jobId} did not come to status ${status}`);
    };
    let assigned: Hex | undefined;
    const worker = await workers.start(PROVIDER, {
      prover: {
        ...prover,
        async prove(job, options) {
          assigned ??= await net.client.snapshot();
          return prover.prove(job, options);
        },
      },
      cacheDirectory,
      confirmations: 2,
      resendSeconds: 1,
    });
    await statusBecomes(2);
    await net.client.mine({ blocks: 1 });
    await statusBecomes(4);
    expect((await record(worker, jobId, () => true)).phase).to.equal("proved");
    await net.client.revert({ id: assigned! });
    expect((await net.jobOf(jobId)).status).to.equal(2);
    await statusBecomes(4);
    await net.client.mine({ blocks: 1 });
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
  });

  it("sends again with a higher fee what the network does not mine", async () => {
    const worker = await workers.start(PROVIDER, { prover, resendSeconds: 1 });
    await net.client.setAutomine(false);
    const request = net.request(modelId, input);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await net.client.mine({ blocks: 1 });
    const jobId = await request;
    await record(worker, jobId, ({ transaction }) => transaction !== null);
    const first = (await record(worker, jobId, () => true)).transaction!.hash;
    const bumped = await record(worker, jobId, ({ transaction }) => transaction !== null && transaction.hash !== first);
    expect(bumped.transaction!.purpose).to.equal("assign");
    await net.client.setAutomine(true);
    await net.client.mine({ blocks: 1 });
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
    expect(await net.count("JobAssigned", jobId)).to.equal(1);
  });

  it("does the request that a reorganisation put under the id of another, and not the one that is gone", async () => {
    const [gone, instead] = [Uint8Array.of(9, 9, 9), Uint8Array.of(250, 1, 7)];
    const cacheDirectory = await rehearsed();
    const snapshot = await net.client.snapshot();
    const jobId = await net.request(modelId, gone);
    const replaced: bigint[] = [];
    const worker = await workers.start(PROVIDER, {
      prover: {
        ...prover,
        async prove(job, options) {
          if (replaced.length === 0 && (await net.jobOf(jobId)).status === 2) {
            await net.client.revert({ id: snapshot });
            replaced.push(await net.request(modelId, instead));
          }
          return prover.prove(job, options);
        },
      },
      cacheDirectory,
    });
    // The record of the request that is gone may end before the event of the other arrives.
    await record(worker, jobId, ({ phase }) => phase === "settled");
    expect(replaced).to.deep.equal([jobId]);
    const expected = packOutputs(runReference(model, instead).output, outputPackingOf(model));
    expect(await net.answerOf(jobId)).to.deep.equal(expected);
    await expectSettledOnce(jobId);
  });

  it("waits when it cannot pay for gas, and is assigned once it can", async () => {
    const poor = 5;
    const own = await net.publish(model, files);
    await net.stake(poor);
    await net.list(poor, own);
    await net.client.setBalance({ address: net.account(poor).address, value: 1000n });
    const worker = await workers.start(poor, { prover });
    const jobId = await net.request(own, input);
    await record(worker, jobId, ({ phase }) => phase === "seen");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await net.jobOf(jobId)).status).to.equal(1);
    await net.client.setBalance({ address: net.account(poor).address, value: parseEther("1") });
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("fails a job whose deadline it missed, once, and is not drawn for it again", async () => {
    const worker = await workers.start(PROVIDER, {
      prover: {
        ...prover,
        async prove(job, options) {
          await net.pass(200);
          return prover.prove(job, options);
        },
      },
      cacheDirectory: await rehearsed(),
    });
    const jobId = await net.request(modelId, input, { answerSeconds: 100, drawSeconds: 3600 });
    const { phase, reason } = await record(worker, jobId);
    expect({ phase, code: reason!.code }).to.deep.equal({ phase: "failed", code: "DEADLINE_MISSED" });
    await net.send(1, net.expireCall(jobId));
    await net.mine(4);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await net.jobOf(jobId)).status, "drawn again, and left to others").to.equal(1);
    expect(await net.count("JobAssigned", jobId)).to.equal(1);
  });

  /** A cache that says this machine has proved with the version before. */
  async function rehearsed(): Promise<string> {
    const cacheDirectory = await temporaryDirectory();
    const worker = await workers.start(PROVIDER, { prover, cacheDirectory });
    const jobId = await net.request(modelId, input);
    await record(worker, jobId);
    await workers.stopAll();
    return cacheDirectory;
  }
});
