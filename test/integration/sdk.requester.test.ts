import { serializeManifest } from "@verimesh/core";
import { type ContentSink, decodeAnswer, type MarketJob, prepareInput } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { assert } from "chai";
import { erc20Abi, getAddress, maxUint96, parseEther, zeroAddress } from "viem";
import { expectError, FEE, type Fixture, forgingKey, sdkFixture, settle, tinyManifest } from "./sdkFixture.ts";

describe("sdk: a requester", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  async function marketBalance(): Promise<bigint> {
    return world.publicClient.getBalance({ address: world.deployment.jobMarket });
  }

  describe("is refused, before money moves,", () => {
    afterEach(async () => assert.equal(await marketBalance(), 0n));

    it("a model or version that is not there", async () => {
      await expectError("VersionUnknown", () => world.requester.requestJob({ ...world.request, modelId: 9n }));
      await expectError("VersionUnknown", () => world.requester.requestJob({ ...world.request, version: 9n }));
      await expectError("ModelUnknown", () => world.requester.getModel({ modelId: 9n }));
      await expectError("JobUnknown", () => world.requester.getJob({ jobId: 9n }));
      await expectError("JobUnknown", () => world.requester.getJobRequest({ jobId: 9n }));
      await expectError("JobUnknown", () => world.requester.waitForJob({ jobId: 9n }));
    });

    it("a version that is deprecated", async () => {
      await world.author.deprecateVersion({ modelId: 1n, version: 1n });
      const error = await expectError("VersionIsDeprecated", () => world.requester.requestJob(world.request));
      assert.include(error.shortMessage, "Version 1 of model 1");
    });

    it("a fee of zero and one above the limit", async () => {
      await expectError("FeeZero", () => world.requester.requestJob({ ...world.request, fee: 0n }));
      await world.networkHelpers.setBalance(world.requester.account.address, 2n ** 98n);
      await expectError("FeeTooHigh", () => world.requester.requestJob({ ...world.request, fee: maxUint96 + 1n }));
    });

    it("a fee that the account does not have, in ETH and in a token, naming what is missing", async () => {
      const balance = await world.publicClient.getBalance({ address: world.requester.account.address });
      const ether = { ...world.request, fee: balance + parseEther("1.5") };
      const error = await expectError("FUNDS_INSUFFICIENT", () => world.requester.requestJob(ether));
      assert.include(error.shortMessage, "is short of 1.5 ETH");
      const tokens = { ...world.request, token: world.deployment.token, fee: parseEther("10002") };
      const other = await expectError("FUNDS_INSUFFICIENT", () => world.requester.requestJob(tokens));
      assert.include(other.shortMessage, "is short of 2 VMESH");
    });

    it("a token allowance that is too low, where it asked for no permit", async () => {
      const request = { ...world.request, token: world.deployment.token, tokenApproval: "allowance" } as const;
      const error = await expectError("ALLOWANCE_INSUFFICIENT", () => world.requester.requestJob(request));
      assert.include(error.shortMessage, "0.01 VMESH");
    });

    it("deadlines outside the market's bounds", async () => {
      const error = await expectError("DurationInvalid", () =>
        world.requester.requestJob({ ...world.request, claimSeconds: 0 }),
      );
      assert.match(error.details!, /Expected \d+ to \d+ seconds/);
      await expectError("DurationInvalid", () =>
        world.requester.requestJob({ ...world.request, proveSeconds: 2 ** 31 }),
      );
    });

    it("a callback that is no contract, or with too much gas", async () => {
      const address = world.stranger.account.address;
      await expectError("CallbackNotContract", () =>
        world.requester.requestJob({ ...world.request, callback: { address, gasLimit: 50_000 } }),
      );
      const market = world.deployment.jobMarket;
      await expectError("CallbackGasTooHigh", () =>
        world.requester.requestJob({ ...world.request, callback: { address: market, gasLimit: 2 ** 31 } }),
      );
    });

    it("an input with another number of words, or a word that is no field element", async () => {
      const input = { ...world.request.input, inputWords: [1n, 2n] };
      await expectError("InputWordCountMismatch", () => world.requester.requestJob({ ...world.request, input }));
      const large = { ...world.request.input, inputWords: [2n ** 255n] };
      await expectError("InputWordTooLarge", () => world.requester.requestJob({ ...world.request, input: large }));
    });

    it("a committed input without a store, or with one that loses, changes or refuses it", async () => {
      const input = { ...world.request.input, inputBinding: "poseidon" } as const;
      const request = { ...world.request, input };
      await expectError("STORE_MISSING", () => world.requester.requestJob(request));
      const backing = new MemoryContentStore();
      const forgetful: ContentSink = {
        put: (bytes) => backing.put(bytes),
        get: () => Promise.reject(new Error("gone")),
      };
      await expectError("INPUT_NOT_RETRIEVABLE", () => world.requester.requestJob({ ...request, store: forgetful }));
      const changing: ContentSink = { ...forgetful, get: () => Promise.resolve(Uint8Array.of(9, 9, 9, 9)) };
      await expectError("INPUT_NOT_RETRIEVABLE", () => world.requester.requestJob({ ...request, store: changing }));
    });

    it("nothing once its signal has aborted", async () => {
      const reason = new Error("changed my mind");
      const request = { ...world.request, signal: AbortSignal.abort(reason) };
      assert.equal(await world.requester.requestJob(request).catch((error: unknown) => error), reason);
    });
  });

  it("lists models, reads the manifest and quotes the split of a fee", async () => {
    const [model] = await world.requester.getModels();
    assert.include(model, { modelId: 1n, name: "tiny", royaltyBps: 1000n, latestVersion: 1n });
    assert.equal(model!.holder, getAddress(world.author.account.address));
    assert.isEmpty(await world.requester.getModels({ fromModelId: 2n }));
    const manifest = await world.requester.getManifest({ modelId: 1n, version: 1n, store: world.store });
    assert.deepEqual(manifest, world.manifest);
    const quote = await world.requester.quoteJob({ modelId: 1n, version: 1n, fee: 10_001n });
    assert.include(quote, { royalty: 1000n, protocolFee: 250n, providerAmount: 8751n });
  });

  it("refuses a manifest that the store does not have, or that states other words than the registry", async () => {
    const query = { modelId: 1n, version: 1n };
    await expectError("CONTENT_NOT_FOUND", () =>
      world.requester.getManifest({ ...query, store: new MemoryContentStore() }),
    );
    const other = { ...world.manifest, circuit: { ...world.manifest.circuit, inputWords: 2 } };
    const liar = { get: () => Promise.resolve(serializeManifest(other)) };
    await expectError("MANIFEST_MISMATCH", () => world.requester.getManifest({ ...query, store: liar }));
  });

  it("pays in ETH, waits through each status and reads the verified answer", async () => {
    const { jobId, receipt } = await world.requester.requestJob(world.request);
    assert.equal(receipt.status, "success");
    assert.equal(await marketBalance(), FEE);
    const seen: MarketJob[] = [];
    const waiting = world.requester.waitForJob({ jobId, pollingIntervalMs: 5, onStatus: (job) => seen.push(job) });
    await world.provider.stake({ amount: parseEther("500") });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await settle(world, jobId, 1n);
    const outcome = await waiting;
    assert.equal(outcome.status, "settled");
    if (outcome.status !== "settled") return;
    assert.deepEqual(outcome.outputWords, [1n]);
    assert.equal(outcome.provider, getAddress(world.provider.account.address));
    assert.deepEqual(decodeAnswer(world.manifest, outcome.outputWords), { kind: "argmax", index: 1, label: "grant" });
    assert.equal(seen[0]!.status, "requested");
    assert.equal(seen.at(-1)!.status, "settled");
    await expectError("JobNotInStatus", () => world.requester.cancelJob({ jobId }));
  });

  it("pays in a token by permit, by approval and by allowance, exactly the fee", async () => {
    const { token, jobMarket } = world.deployment;
    const contract = { address: token, abi: erc20Abi } as const;
    for (const tokenApproval of ["permit", "approve"] as const) {
      const { jobId } = await world.requester.requestJob({ ...world.request, token, tokenApproval });
      assert.equal((await world.requester.getJob({ jobId })).token, getAddress(token));
      const args = [world.requester.account.address, jobMarket] as const;
      assert.equal(await world.publicClient.readContract({ ...contract, functionName: "allowance", args }), 0n);
    }
    await world.requester.writeContract({ ...contract, functionName: "approve", args: [jobMarket, FEE] });
    await world.requester.requestJob({ ...world.request, token, tokenApproval: "allowance" });
    const held = await world.publicClient.readContract({ ...contract, functionName: "balanceOf", args: [jobMarket] });
    assert.equal(held, 3n * FEE);
  });

  it("publishes a committed input where the provider finds it", async () => {
    const manifest = await tinyManifest(world.store, "poseidon");
    const { verificationKey } = forgingKey;
    const { version } = await world.author.publishVersion({
      modelId: 1n,
      manifest,
      verificationKey,
      store: world.store,
    });
    const bytes = new Uint8Array(200).map((_, i) => i);
    const input = prepareInput(manifest, bytes);
    const { jobId, inputCid } = await world.requester.requestJob({
      ...world.request,
      version,
      input,
      store: world.store,
    });
    const record = await world.provider.getJobRequest({ jobId });
    assert.equal(String(record.inputCid), String(inputCid));
    assert.deepEqual(await world.store.get(record.inputCid!), bytes);
    assert.deepEqual(record.inputWords, input.inputWords);
  });

  it("cancels its own unclaimed job and withdraws the fee; nobody else can", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    const error = await expectError("NotRequester", () => world.stranger.cancelJob({ jobId }));
    assert.include(error.details!, "Only its requester");
    await world.requester.cancelJob({ jobId });
    assert.equal((await world.requester.getJob({ jobId })).reason, "cancelled");
    const owner = world.requester.account.address;
    assert.equal(await world.requester.getClaimable({ owner }), FEE);
    await expectError("RecipientInvalid", () => world.requester.withdraw({ to: zeroAddress }));
    await expectError("EtherTransferFailed", () => world.requester.withdraw({ to: world.deployment.modelRegistry }));
    assert.equal((await world.requester.withdraw()).amount, FEE);
    const none = await expectError("NothingClaimable", () => world.requester.withdraw());
    assert.include(none.shortMessage, "ETH");
    assert.equal(await marketBalance(), 0n);
  });

  it("is refunded a job that nobody claimed, after its window and not before", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    await expectError("JobStillOpen", () => world.stranger.refundJob({ jobId }));
    await world.networkHelpers.time.increase(601);
    await world.stranger.refundJob({ jobId });
    const outcome = await world.requester.waitForJob({ jobId });
    assert.equal(outcome.status, "refunded");
    assert.equal(outcome.job.reason, "noProvider");
  });

  it("gets its fee and half of the bond when the provider vanishes", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    await world.provider.stake({ amount: parseEther("500") });
    await world.provider.claimJob({ jobId });
    await expectError("ProveDeadlineNotPassed", () => world.requester.expireClaim({ jobId }));
    await world.networkHelpers.time.increase(1201);
    await world.requester.expireClaim({ jobId });
    assert.equal((await world.requester.getJob({ jobId })).reason, "providerTimeout");
    assert.equal((await world.requester.withdraw()).amount, FEE);
    assert.equal((await world.requester.withdrawSlashProceeds()).amount, parseEther("50"));
    await expectError("NothingToWithdraw", () => world.requester.withdrawSlashProceeds());
  });

  it("waits for the confirmations that it asks for", async () => {
    await world.provider.stake({ amount: parseEther("500") });
    const { jobId } = await world.requester.requestJob(world.request);
    await settle(world, jobId);
    let done = false;
    const waiting = world.requester
      .waitForJob({ jobId, confirmations: 3, pollingIntervalMs: 5 })
      .then(() => (done = true));
    await world.networkHelpers.mine(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.isFalse(done);
    await world.networkHelpers.mine(1);
    await waiting;
    assert.isTrue(done);
  });

  it("stops waiting at once when its signal aborts", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    const reason = new Error("stop");
    const controller = new AbortController();
    const waiting = world.requester.waitForJob({
      jobId,
      signal: controller.signal,
      onStatus: () => controller.abort(reason),
    });
    assert.equal(await waiting.catch((error: unknown) => error), reason);
  });
});
