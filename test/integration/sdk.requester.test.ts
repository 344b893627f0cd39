import { serializeManifest } from "@verimesh/core";
import { type ContentSink, decodeAnswer, explainReason, type MarketJob, prepareInput } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { assert } from "chai";
import { erc20Abi, getAddress, maxUint96, parseEther, zeroAddress } from "viem";
import {
  ASK,
  assign,
  BOND,
  expectError,
  FEE,
  type Fixture,
  forgingKey,
  sdkFixture,
  serve,
  settle,
  tinyManifest,
} from "./sdkFixture.ts";

describe("sdk: a requester", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    await serve(world.provider);
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
        world.requester.requestJob({ ...world.request, drawSeconds: 0 }),
      );
      assert.match(error.details!, /Expected \d+ to \d+ seconds/);
      await expectError("DurationInvalid", () =>
        world.requester.requestJob({ ...world.request, answerSeconds: 2 ** 31 }),
      );
    });

    it("terms that do not fit their policy", async () => {
      const wrong = [
        { policy: "proof", windowSeconds: 60 },
        { policy: "proof", panelSize: 3 },
        { policy: "quorum", panelSize: 2 },
        { policy: "quorum", panelSize: 16 },
        { policy: "quorum", panelSize: 4, quorum: 2 },
        { policy: "optimistic", panelSize: 3 },
      ] as const;
      for (const terms of wrong) {
        const error = await expectError("PolicyTermsInvalid", () =>
          world.requester.requestJob({ ...world.request, ...terms }),
        );
        assert.include(error.shortMessage, `the policy ${terms.policy}`);
      }
      const open = { ...world.request, policy: "quorum", openSeconds: 60 } as const;
      await expectError("DurationInvalid", () => world.requester.requestJob(open));
    });

    it("a fee from a balance that is not there", async () => {
      const error = await expectError("FUNDS_INSUFFICIENT", () =>
        world.requester.requestJob({ ...world.request, fromBalance: true }),
      );
      assert.include(error.shortMessage, "short of 0.01 ETH");
    });

    it("several jobs, if one of them cannot be opened", async () => {
      const jobs = [world.request, { ...world.request, version: 9n }];
      await expectError("VersionUnknown", () => world.requester.requestJobs({ jobs }));
      const short = [world.request, { ...world.request, drawSeconds: 1 }];
      await expectError("DurationInvalid", () => world.requester.requestJobs({ jobs: short }));
    });

    it("a callback that is no contract, or with too much gas", async () => {
      const address = world.stranger.account.address;
      await expectError("CallbackNotContract", () =>
        world.requester.requestJob({ ...world.request, callback: { address, gasLimit: 50_000 } }),
      );
      const market = world.deployment.jobMarket;
      await expectError("CallbackGasInvalid", () =>
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

  it("lists models and reads the manifest", async () => {
    const [model] = await world.requester.getModels();
    assert.include(model, { modelId: 1n, name: "tiny", royaltyBps: 1000n, latestVersion: 1n });
    assert.equal(model!.holder, getAddress(world.author.account.address));
    assert.isEmpty(await world.requester.getModels({ fromModelId: 2n }));
    const manifest = await world.requester.getManifest({ modelId: 1n, version: 1n, store: world.store });
    assert.deepEqual(manifest, world.manifest);
  });

  it("is quoted a price with its parts, from the asks of those who could be drawn", async () => {
    const version = { modelId: 1n, version: 1n };
    const [dear, dearer] = world.rivals;
    await serve(dear!, { ask: 2n * ASK });
    await serve(dearer!, { ask: 3n * ASK });
    const quote = await world.requester.quoteJob(version);
    assert.include(quote, { providers: 3, lowestAsk: ASK, medianAsk: 2n * ASK, highestAsk: 3n * ASK, price: ASK });
    assert.include(quote, { lowestFee: ASK, feeToReachAll: 3n * ASK, complete: true });
    assert.equal(quote.providerAmount + quote.royaltyAmount + quote.protocolAmount, quote.price);
    const panel = await world.requester.quoteJob({ ...version, policy: "quorum", panelSize: 3 });
    assert.include(panel, { price: 6n * ASK, lowestFee: 9n * ASK, feeToReachAll: 9n * ASK });
    await dearer!.setCapacity({ capacity: 0 });
    const error = await expectError("TooFewProviders", () =>
      world.requester.quoteJob({ ...version, policy: "quorum" }),
    );
    assert.include(error.shortMessage, "2 providers");
    const none = { ...version, token: world.deployment.token };
    await expectError("TooFewProviders", () => world.requester.quoteJob(none));
    await expectError("VersionUnknown", () => world.requester.quoteJob({ ...version, version: 7n }));
  });

  it("knows the terms of the market", async () => {
    const terms = await world.stranger.getMarketTerms();
    assert.include(terms, { protocolFeeBps: 250n, requestsPaused: false, maxAttempts: 3n, maxPanelSize: 15n });
    assert.include(terms, { bondAmount: BOND, challengeBond: BOND, seedDelayBlocks: 2n });
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
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await settle(world, jobId, 1n);
    const outcome = await waiting;
    assert.equal(outcome.status, "settled");
    if (outcome.status !== "settled") return;
    assert.deepEqual(outcome.outputWords, [1n]);
    assert.deepEqual(outcome.providers, [getAddress(world.provider.account.address)]);
    assert.include(outcome, { final: true, proven: true });
    assert.deepEqual(decodeAnswer(world.manifest, outcome.outputWords), { kind: "argmax", index: 1, label: "grant" });
    assert.equal(seen[0]!.phase, "drawing");
    assert.equal(seen.at(-1)!.phase, "settled");
    const answer = await world.stranger.getAnswer({ jobId });
    assert.deepInclude(answer, { outputWords: [1n], final: true, proven: true });
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

  it("pays for several jobs of several policies and tokens in one transaction", async () => {
    const { token } = world.deployment;
    const { request } = world;
    const jobs = [request, { ...request, token }, { ...request, policy: "quorum" }, request] as const;
    const { requested, receipt } = await world.requester.requestJobs({ jobs });
    assert.deepEqual(
      requested.map(({ jobId }) => jobId),
      [1n, 2n, 3n, 4n],
    );
    for (const { jobId } of requested) {
      assert.equal((await world.stranger.getJobRequest({ jobId })).transactionHash, receipt.transactionHash);
    }
    assert.equal((await world.stranger.getJob({ jobId: 3n })).policy, "quorum");
    assert.equal(await marketBalance(), 3n * FEE);
    const owner = world.requester.account.address;
    assert.equal(await world.requester.getClaimable({ owner }), 0n);
  });

  it("pays for somebody else's job, in ETH and in tokens: what is not spent is theirs", async () => {
    const requester = getAddress(world.stranger.account.address);
    await expectError("RequesterZero", () => world.requester.requestJob({ ...world.request, requester: zeroAddress }));
    for (const token of [zeroAddress, world.deployment.token]) {
      const { jobId } = await world.requester.requestJob({ ...world.request, token, requester });
      assert.equal((await world.stranger.getJob({ jobId })).requester, requester);
      await expectError("NotRequester", () => world.requester.cancelJob({ jobId }));
      await world.stranger.cancelJob({ jobId });
      assert.equal((await world.stranger.withdraw({ token })).amount, FEE);
    }
  });

  it("prepays, asks from its balance, gives some of it away and takes the rest back", async () => {
    const owner = world.requester.account.address;
    const { token } = world.deployment;
    await world.requester.deposit({ amount: 4n * FEE });
    await world.requester.deposit({ amount: FEE, token });
    assert.equal(await world.requester.getClaimable({ owner, token }), FEE);
    await world.requester.requestJob({ ...world.request, fromBalance: true });
    await world.requester.requestJobs({ jobs: [world.request, { ...world.request, token }], fromBalance: true });
    assert.equal(await world.requester.getClaimable({ owner }), 2n * FEE);
    const to = world.stranger.account.address;
    await expectError("BalanceInsufficient", () => world.requester.transferBalance({ to, amount: 3n * FEE }));
    await world.requester.transferBalance({ to, amount: FEE });
    assert.equal((await world.stranger.withdraw()).amount, FEE);
    assert.equal((await world.requester.withdraw()).amount, FEE);
    await expectError("RecipientInvalid", () => world.requester.deposit({ amount: 1n, to: zeroAddress }));
  });

  it("cancels its own job before it is assigned and withdraws the fee; nobody else can", async () => {
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

  it("is refunded a job that nobody delivered, after its open round and not before", async () => {
    const { jobId } = await world.requester.requestJob({ ...world.request, openSeconds: 300 });
    const early = await expectError("JOB_NOT_OVERDUE", () => world.stranger.endOverdueJob({ jobId }));
    assert.match(early.details!, /^Try again after \d{4}-/);
    await world.networkHelpers.time.increase(601);
    await expectError("JobStillOpen", () => world.stranger.refundJob({ jobId }));
    await world.networkHelpers.time.increase(301);
    await world.networkHelpers.mine(1);
    assert.equal((await world.stranger.endOverdueJob({ jobId })).action, "refundJob");
    const outcome = await world.requester.waitForJob({ jobId });
    assert.equal(outcome.status, "refunded");
    assert.equal(outcome.job.reason, "noProvider");
    assert.equal(explainReason(outcome.job.reason).slice(0, 11), "No provider");
    await expectError("JOB_NOT_ANSWERED", () => world.stranger.getAnswer({ jobId }));
    await expectError("JOB_NOT_OVERDUE", () => world.stranger.endOverdueJob({ jobId }));
  });

  it("gets its fee and half of the bond when the provider vanishes, and the last reason that counts", async () => {
    const { jobId } = await world.requester.requestJob({ ...world.request, openSeconds: 0 });
    await assign(world, jobId);
    await world.networkHelpers.time.increase(1201);
    await world.networkHelpers.mine(1);
    assert.equal((await world.requester.endOverdueJob({ jobId })).action, "expireAssignment");
    await world.networkHelpers.time.increase(601);
    await world.networkHelpers.mine(1);
    assert.equal((await world.requester.endOverdueJob({ jobId })).action, "refundJob");
    assert.equal((await world.requester.getJob({ jobId })).reason, "providerTimeout");
    assert.equal((await world.requester.withdraw()).amount, FEE);
    assert.equal((await world.requester.withdrawSlashProceeds()).amount, parseEther("50"));
    await expectError("NothingToWithdraw", () => world.requester.withdrawSlashProceeds());
  });

  it("waits for the confirmations that it asks for", async () => {
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
