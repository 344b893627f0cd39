import { tinyDenseModel } from "@verimesh/core/testing";
import { VerimeshError, type Prover } from "@verimesh/core";
import { modelRegistryAbi } from "@verimesh/abi";
import { MemoryContentStore } from "@verimesh/storage";
import type { Worker, WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);
const NOWHERE = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

describe("worker, and what it offers", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    await net.stake(PROVIDER);
    await net.list(PROVIDER, modelId, { capacity: 1 });
  });

  afterEach(() => workers.stopAll());
  after(() => net.close());

  const problemsOf = async (worker: Worker, until: (problems: readonly string[]) => boolean) => {
    for (let tries = 0; tries < 500; tries++) {
      const { problems } = worker.status();
      if (until(problems)) return problems;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the problems are ${worker.status().problems.join("; ")}`);
  };

  it("does not start without a chain, on another chain, without contracts, or on a port in use", async () => {
    const codeOf = (change: Partial<WorkerConfig>) =>
      workers.start(PROVIDER, { prover, ...change }).then(
        () => "started",
        (error: VerimeshError) => error.code,
      );
    expect(await codeOf({ rpcUrl: "http://127.0.0.1:1" })).to.equal("RPC_UNREACHABLE");
    expect(await codeOf({ deployment: { ...net.deployment, chainId: 5 } })).to.equal("CHAIN_MISMATCH");
    const nowhere = "0x00000000000000000000000000000000000000aA";
    expect(await codeOf({ deployment: { ...net.deployment, jobMarket: nowhere } })).to.equal("CONTRACT_MISSING");
    const port = Number(new URL(net.gatewayUrl).port);
    expect(await codeOf({ status: { port } })).to.equal("PORT_IN_USE");
    expect(await codeOf({ status: { port: 0 }, dataDirectory: await temporaryDirectory() })).to.equal("started");
  });

  it("takes no notice of jobs of versions that it has not listed", async () => {
    const unlisted = await net.publish(model, files);
    const passedOver = await net.request(unlisted, input);
    const worker = await workers.start(PROVIDER, { prover });
    const jobId = await net.request(modelId, input);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(worker.jobs().some((job) => job.jobId === passedOver.toString())).to.equal(false);
  });

  it("does the jobs of a version that was deprecated, or that it took off its list, after the request", async () => {
    const own = await net.publish(model, files);
    await net.list(PROVIDER, own, { capacity: 1 });
    const jobId = await net.request(own, input);
    const registry = { address: net.deployment.modelRegistry, abi: modelRegistryAbi };
    await net.send(0, { ...registry, functionName: "deprecateVersion", args: [own, 1n] });
    await net.assign(1, jobId);
    await net.unlist(PROVIDER, own);
    const worker = await workers.start(PROVIDER, { prover });
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("says where its configuration and the chain differ, and sends nothing", async () => {
    const before = await net.transactions(PROVIDER);
    const offers = [
      { modelId, version: 1n, asks: { [zeroAddress]: parseEther("0.002") } },
      { modelId: modelId + 1n, version: 1n, asks: { [zeroAddress]: 1n } },
    ];
    const worker = await workers.start(PROVIDER, { prover, offers, capacity: 3 });
    const problems = await problemsOf(worker, ({ length }) => length > 0);
    expect(problems).to.have.length(4);
    expect(problems.join("\n")).to.contain("1 jobs at once").and.to.contain("offered and not listed");
    expect(await net.transactions(PROVIDER)).to.equal(before);
  });

  it("brings the chain in line where it is told to, and lists nothing that it cannot prove", async () => {
    const newcomer = 5;
    await net.stake(newcomer);
    const good = await net.publish(model, files);
    const change = { witnessCalculator: new Uint8Array(2) };
    const bad = await net.publish(model, { ...files, ...change });
    const asks = { [zeroAddress]: parseEther("0.003") };
    const offers = [good, bad].map((id) => ({ modelId: id, version: 1n, asks, acceptsOffChain: false }));
    const worker = await workers.start(newcomer, {
      prover: {
        ...prover,
        verify: (key, signals, proof) => prover.verify(key, signals, proof),
        prove: (job, options) =>
          job.witnessCalculator.length === 2
            ? Promise.reject(new VerimeshError("it is a trap", { code: "WITNESS_CALCULATOR_INVALID" }))
            : prover.prove(job, options),
      },
      offers,
      updateListings: true,
      capacity: 2,
      rehearsalSeconds: 2,
    });
    const problems = await problemsOf(worker, (told) => told.some((what) => what.includes("cannot be served")));
    expect(problems.join()).to.contain(`Model ${bad}`);
    const listing = (id: bigint) =>
      net.client.readContract({
        ...{ ...net.selection, functionName: "listingOf" },
        args: [net.account(newcomer).address, id, 1n],
      });
    for (let tries = 0; tries < 500 && !(await listing(good)).listed; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await listing(good)).to.include({ listed: true, acceptsOffChain: false });
    expect((await listing(bad)).listed).to.equal(false);
    await problemsOf(
      worker,
      (told) => !told.some((what) => what.includes("not listed") || what.includes("offered for")),
    );
    expect((await net.poolOf(newcomer)).capacity).to.equal(2);
    const jobId = await net.request(good, input);
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("takes a version off its list when the key fails on a job, where it keeps the list in line", async () => {
    const own = await net.publish(model, files);
    const keeper = 6;
    await net.stake(keeper);
    const trapped: Prover = {
      ...prover,
      verify: async (key, signals, proof) => (signals[1]! & 255n) !== 77n && prover.verify(key, signals, proof),
    };
    const offers = [{ modelId: own, version: 1n, asks: { [zeroAddress]: 1n } }];
    const worker = await workers.start(keeper, { prover: trapped, offers, updateListings: true });
    const listing = { ...net.selection, functionName: "listingOf" } as const;
    const isListed = async (wanted: boolean) => {
      const args = [net.account(keeper).address, own, 1n] as const;
      for (let tries = 0; tries < 500; tries++) {
        if ((await net.client.readContract({ ...listing, args })).listed === wanted) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`it is ${wanted ? "not" : "still"} listed`);
    };
    await isListed(true);
    await problemsOf(worker, ({ length }) => length === 0);
    const caught = await net.request(own, Uint8Array.of(77, 0, 0));
    expect((await record(worker, caught)).phase).to.equal("declined");
    await isListed(false);
    expect(worker.status().problems.join()).to.contain("cannot be served");
  });

  it("waits for content that is published late, and does the job when it is there", async () => {
    const content = new TextEncoder().encode("published late");
    const late = (await new MemoryContentStore().put(content)).toString();
    const own = await net.publish(model, {
      ...files,
      change: (manifest) =>
        ({ ...manifest, files: { ...manifest.files, provingKey: late, skeleton: NOWHERE } }) as typeof manifest,
    });
    await net.list(PROVIDER, own, { capacity: 1 });
    const jobId = await net.request(own, input);
    const worker = await workers.start(PROVIDER, { prover });
    await record(worker, jobId, ({ phase }) => phase === "assigned");
    await net.store.put(content);
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });
});
