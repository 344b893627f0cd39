import { jobMarketAbi } from "@verimesh/abi";
import { explainReason, getDrawHeader, type OpenJob, toVerimeshError } from "@verimesh/sdk";
import { assert } from "chai";
import { getAddress, parseEther, zeroAddress } from "viem";
import { onAnvil } from "../helpers/chain.ts";
import {
  ASK,
  assign,
  BOND,
  expectError,
  FEE,
  type Fixture,
  mineSeed,
  NO_PROOF,
  proofFor,
  sdkFixture,
  sendTokens,
  serve,
  settle,
  STAKE,
} from "./sdkFixture.ts";

describe("sdk: a provider", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const request = async (terms: object = {}): Promise<bigint> =>
    (await world.requester.requestJob({ ...world.request, ...terms })).jobId;
  const providerState = () => world.stranger.getProvider({ provider: world.provider.account.address });
  const version = { modelId: 1n, version: 1n };

  describe("with its stake and listing", () => {
    it("is refused a stake of zero, and one that it does not have", async () => {
      await expectError("StakeAmountZero", () => world.provider.stake({ amount: 0n }));
      const error = await expectError("FUNDS_INSUFFICIENT", () => world.stranger.stake({ amount: parseEther("3") }));
      assert.include(error.shortMessage, "short of 3 VMESH");
    });

    it("is refused a listing without a bond, twice, of a version that is not there or deprecated", async () => {
      const error = await expectError("ListingStakeTooLow", () => world.provider.listModel(version));
      assert.include(error.shortMessage, `needs ${BOND}`);
      await serve(world.provider);
      await expectError("AlreadyListed", () => world.provider.listModel(version));
      await expectError("VersionUnknown", () => world.provider.listModel({ modelId: 1n, version: 9n }));
      await world.author.deprecateVersion(version);
      await world.provider.unlistModel(version);
      await expectError("VersionIsDeprecated", () => world.provider.listModel(version));
      await expectError("NotListed", () => world.provider.unlistModel(version));
      await expectError("NotListed", () => world.provider.syncWeight(version));
    });

    it("is refused an ask above 2^96, and one that follows too soon on the last", async () => {
      await expectError("AskTooHigh", () => world.provider.setAsk({ ...version, ask: 2n ** 96n }));
      await world.provider.setAsk({ ...version, ask: 1n });
      const error = await expectError("AskChangedRecently", () => world.provider.setAsk({ ...version, ask: 2n }));
      assert.match(error.shortMessage, /again at block \d+/);
    });

    it("is refused a commission above all of it", async () => {
      const error = await expectError("CommissionTooHigh", () =>
        world.provider.setCommission({ commissionBps: 10_001 }),
      );
      assert.include(error.details!, "100 %");
    });

    it("is refused unstaking what it does not have, and withdrawing before the delay is over", async () => {
      await expectError("PositionInsufficient", () => world.provider.requestUnstake({ amount: 1n }));
      await expectError("NothingUnbonding", () => world.provider.withdrawUnstaked());
      await world.provider.stake({ amount: STAKE, tokenApproval: "approve" });
      const { readyAt } = await world.provider.requestUnstake({ amount: parseEther("200") });
      const error = await expectError("UnbondingNotReady", () => world.provider.withdrawUnstaked());
      assert.match(error.shortMessage, /until \d{4}-\d\d-\d\dT/);
      assert.equal((await providerState()).unbondingReadyAt, readyAt);
      await world.networkHelpers.time.increaseTo(readyAt + 1n);
      assert.equal((await world.provider.withdrawUnstaked()).amount, parseEther("200"));
    });

    it("sees its stake, bonds, places and declines", async () => {
      await serve(world.provider, { capacity: 3 });
      assert.include(await providerState(), { stake: STAKE, ownStake: STAKE, locked: 0n, free: STAKE, placesFree: 3n });
      await assign(world, await request());
      const state = await providerState();
      assert.include(state, { locked: BOND, free: STAKE - BOND, activeJobs: 1, capacity: 3, placesFree: 2n });
      assert.include(state, { bondAmount: BOND, hasDelegators: false, commissionBps: 10_000 });
      assert.deepEqual(state.earningTokens, [zeroAddress]);
      const { maxDeclinesPerDay } = await world.provider.getMarketTerms();
      assert.equal(state.declinesLeft, maxDeclinesPerDay);
    });

    it("has no place free without a capacity, whatever its stake", async () => {
      await world.provider.stake({ amount: STAKE });
      assert.include(await providerState(), { capacity: 0, placesFree: 0n });
    });

    it("shows what it serves, and for how much in which token", async () => {
      const { token } = world.deployment;
      const provider = world.provider.account.address;
      await serve(world.provider);
      await world.provider.setAsk({ ...version, token, ask: 7n });
      const [listing, ...others] = await world.stranger.getListings({ provider });
      assert.isEmpty(others);
      assert.include(listing, { ...version, listed: true, acceptsOffChain: true, weight: STAKE });
      assert.sameDeepMembers(
        [...listing!.asks],
        [
          { token: zeroAddress, ask: ASK },
          { token: getAddress(token), ask: 7n },
        ],
      );
      await world.provider.stake({ amount: STAKE });
      await world.provider.syncWeight(version);
      assert.equal((await world.stranger.getListing({ provider, ...version })).weight, 2n * STAKE);
      await world.provider.unlistModel(version);
      assert.isEmpty(await world.stranger.getListings({ provider }));
      const [unlisted] = await world.stranger.getListings({ provider, includeUnlisted: true });
      assert.isFalse(unlisted!.listed);
    });

    it("is drawn only for jobs that give it time enough", async () => {
      await serve(world.provider);
      await expectError("MinAnswerSecondsTooLong", () =>
        world.provider.setMinAnswerSeconds({ ...version, seconds: 86_401 }),
      );
      await world.provider.setMinAnswerSeconds({ ...version, seconds: 601 });
      const provider = world.provider.account.address;
      assert.equal((await world.stranger.getListing({ provider, ...version })).minAnswerSeconds, 601);
      assert.isUndefined((await assign(world, await request())).provider);
      await world.provider.setMinAnswerSeconds({ ...version, seconds: 600 });
      assert.equal((await assign(world, await request())).provider, getAddress(provider));
    });

    it("takes no more delegations than its own stake covers", async () => {
      const provider = world.provider.account.address;
      await serve(world.provider);
      const error = await expectError("DelegationAboveOwnStake", () =>
        world.requester.delegate({ provider, amount: STAKE + 1n }),
      );
      assert.include(error.shortMessage, String(STAKE));
      assert.equal((await providerState()).delegationRoom, STAKE);
      await world.requester.delegate({ provider, amount: STAKE });
      assert.equal((await providerState()).delegationRoom, 0n);
      await world.provider.requestUnstake({ amount: 1n });
      assert.equal((await providerState()).capacity, 0);
      await expectError("OwnStakeBelowDelegated", () => world.provider.setCapacity({ capacity: 1 }));
    });

    it("takes delegations, and shares with its delegators what they earned", async () => {
      const amount = parseEther("500");
      const provider = world.provider.account.address;
      await expectError("ProviderHasNoStake", () => world.requester.delegate({ provider, amount }));
      await serve(world.provider);
      const { effectiveAt } = await world.provider.setCommission({ commissionBps: 2_000 });
      assert.equal(effectiveAt, (await world.publicClient.getBlock()).timestamp);
      await world.requester.delegate({ provider, amount });
      const owner = world.requester.account.address;
      assert.include(await world.requester.getStake({ provider, owner }), { stake: amount, unbonding: 0n });
      const { payments } = await settle(world, await request());
      const { providerAmount, delegatorsAmount } = payments[0]!;
      // Half of the stake is delegated, and a fifth of what it earns is the commission.
      assert.approximately(Number(delegatorsAmount), Number((providerAmount * 2n) / 5n), 10);
      const [shared] = await world.requester.getEarnings({ provider, owner });
      assert.equal(shared!.token, zeroAddress);
      const before = await world.requester.getClaimable({ owner });
      const claimed = await world.requester.claimEarnings({ provider });
      assert.equal(claimed.amount, shared!.amount);
      assert.equal((await world.requester.getClaimable({ owner })) - before, claimed.amount);
      await expectError("NoEarnings", () => world.requester.claimEarnings({ provider }));
      const { readyAt } = await world.requester.requestUnstake({ provider, amount });
      await world.networkHelpers.time.increaseTo(readyAt);
      assert.equal((await world.requester.withdrawUnstaked({ provider })).amount, amount);
    });
  });

  describe("with its jobs", () => {
    beforeEach(() => serve(world.provider));

    it("cannot be drawn for a job that is not there, taken, too young or over", async () => {
      await expectError("JobUnknown", () => world.provider.assignJob({ jobId: 7n }));
      const jobId = await request();
      const early = await expectError("DrawTooEarly", () => world.provider.assignJob({ jobId }));
      assert.match(early.details!, /^Try again in \d blocks/);
      await expectError("DrawTooEarly", () => world.provider.previewAssignment({ jobId }));
      await assign(world, jobId);
      const error = await expectError("JobNotInStatus", () => world.provider.assignJob({ jobId }));
      assert.include(error.shortMessage, "is assigned; this needs a job that is requested");
      const late = await request();
      await mineSeed(world);
      await world.networkHelpers.time.increase(601);
      await expectError("DrawClosed", () => world.provider.assignJob({ jobId: late }));
    });

    it("knows before the draw that it will be drawn, and for how much", async () => {
      const jobId = await request();
      await mineSeed(world);
      const preview = await world.stranger.previewAssignment({ jobId });
      assert.deepEqual(preview, { provider: getAddress(world.provider.account.address), price: ASK });
      const { provider, price, answerBefore } = await world.stranger.assignJob({ jobId });
      assert.deepEqual({ provider, price }, preview);
      assert.include(await world.stranger.getJob({ jobId }), {
        phase: "assigned",
        phaseBefore: answerBefore,
        price: ASK,
      });
    });

    it("is not drawn above the fee, without a place, or once its bonds are locked: the draw moves on", async () => {
      const cheap = await request({ fee: ASK - 1n });
      await mineSeed(world);
      assert.isUndefined((await world.stranger.previewAssignment({ jobId: cheap })).provider);
      const { drawBlock } = await world.stranger.getJob({ jobId: cheap });
      const { provider, receipt } = await world.stranger.assignJob({ jobId: cheap });
      assert.isUndefined(provider);
      const again = await world.stranger.getJob({ jobId: cheap });
      assert.include(again, { phase: "drawing", drawBlock: receipt.blockNumber });
      assert.isAbove(Number(again.drawBlock), Number(drawBlock));
      await world.provider.setCapacity({ capacity: 0 });
      const { provider: full } = await assign(world, await request());
      assert.isUndefined(full);
    });

    it("moves the draw on when the hash of its block is forgotten", async function () {
      // anvil takes minutes for so many blocks.
      if (onAnvil) this.skip();
      const jobId = await request({ drawSeconds: 100_000 });
      await world.networkHelpers.mine(9000);
      assert.deepEqual(await world.stranger.previewAssignment({ jobId }), { provider: undefined, price: 0n });
      assert.isUndefined((await world.stranger.assignJob({ jobId })).provider);
      assert.isDefined((await assign(world, jobId)).provider);
    });

    it("is refused a wrong proof, wrong words, a wrong count, another's job and a late answer", async () => {
      const jobId = await request();
      await assign(world, jobId);
      const answer = await proofFor(world, world.provider, jobId);
      await expectError("NotAssignedProvider", () => world.stranger.submitProof(answer));
      await expectError("ProofInvalid", () => world.provider.submitProof({ ...answer, outputWords: [0n] }));
      await expectError("ProofInvalid", () => world.provider.submitProof({ ...answer, proof: NO_PROOF }));
      await expectError("InputWordsMismatch", () => world.provider.submitProof({ ...answer, inputWords: [1n] }));
      await expectError("OutputWordCountMismatch", () =>
        world.provider.submitProof({ ...answer, outputWords: [1n, 1n] }),
      );
      await world.networkHelpers.time.increase(601);
      await expectError("AnswerDeadlinePassed", () => world.provider.submitProof(answer));
    });

    it("delivers, is paid its ask less royalty and protocol fee, and withdraws it", async () => {
      const { payments, unspent, callbackSucceeded } = await settle(world, await request());
      assert.isUndefined(callbackSucceeded);
      assert.equal(unspent, FEE - ASK);
      assert.deepEqual(payments, [
        {
          provider: getAddress(world.provider.account.address),
          royaltyAmount: ASK / 10n,
          protocolAmount: ASK / 40n,
          providerAmount: ASK - ASK / 10n - ASK / 40n,
          delegatorsAmount: 0n,
        },
      ]);
      assert.equal((await world.provider.withdraw()).amount, payments[0]!.providerAmount);
      assert.equal((await world.author.withdraw()).amount, payments[0]!.royaltyAmount);
      assert.equal((await world.requester.withdraw()).amount, FEE - ASK);
    });

    it("settles several together, or none of them", async () => {
      const jobIds = [await request(), await request(), await request()];
      const deliveries = [];
      for (const jobId of jobIds) {
        await assign(world, jobId);
        deliveries.push(await proofFor(world, world.provider, jobId, 1n));
      }
      await expectError("BatchEmpty", () => world.provider.settleBatch({ deliveries: [] }));
      const [first, second, third] = deliveries;
      const forged = [first!, { ...second!, outputWords: [0n] }, third!];
      await expectError("BatchInvalid", () => world.provider.settleBatch({ deliveries: forged }));
      const twice = [first!, first!];
      await expectError("JobNotInStatus", () => world.provider.settleBatch({ deliveries: twice }));
      const { settlements } = await world.provider.settleBatch({ deliveries });
      assert.deepEqual(
        settlements.map(({ jobId, payments }) => [jobId, payments.length, payments[0]!.royaltyAmount]),
        jobIds.map((jobId) => [jobId, 1, ASK / 10n]),
      );
    });

    it("steps back without loss, a limited number of times a day, and says why", async () => {
      const jobId = await request();
      await assign(world, jobId);
      await expectError("NotAssignedProvider", () => world.stranger.declineJob({ jobId }));
      await world.provider.declineJob({ jobId, reason: "contentUnavailable" });
      const job = await world.stranger.getJob({ jobId });
      assert.include(job, { phase: "drawing", attempts: 1, reason: "contentUnavailable", provider: zeroAddress });
      assert.include(explainReason(job.reason), "cannot be fetched");
      let left = (await providerState()).declinesLeft;
      assert.include(await providerState(), { locked: 0n, stake: STAKE });
      for (; left > 0n; left--) {
        const next = await request();
        await assign(world, next);
        await world.provider.declineJob({ jobId: next });
      }
      const last = await request();
      await assign(world, last);
      await expectError("DeclinesUsedUp", () => world.provider.declineJob({ jobId: last }));
    });

    it("loses its bond when it vanishes, and the job is drawn for others", async () => {
      const jobId = await request();
      await assign(world, jobId);
      await expectError("AnswerDeadlineNotPassed", () => world.stranger.expireAssignment({ jobId }));
      await world.networkHelpers.time.increase(601);
      await world.networkHelpers.mine(1);
      assert.equal((await world.stranger.getJob({ jobId })).overdueAction, "expireAssignment");
      await world.stranger.expireAssignment({ jobId });
      assert.equal((await providerState()).stake, STAKE - BOND);
      assert.include(await world.stranger.getJob({ jobId }), {
        phase: "drawing",
        reason: "providerTimeout",
        attempts: 1,
      });
      assert.isUndefined((await assign(world, jobId)).provider);
      assert.equal((await world.requester.withdrawSlashProceeds()).amount, BOND / 2n);
    });

    it("delivers in the open round without being drawn, if it serves within the fee", async () => {
      const jobId = await request();
      const answer = await proofFor(world, world.provider, jobId);
      await expectError("JobNotOpen", () => world.provider.submitProof(answer));
      await world.networkHelpers.time.increase(601);
      await world.networkHelpers.mine(1);
      assert.equal((await world.stranger.getJob({ jobId })).phase, "open");
      const others = await proofFor(world, world.stranger, jobId);
      await expectError("NotServing", () => world.stranger.submitProof(others));
      await expectError("JobInOpenRound", () => world.requester.cancelJob({ jobId }));
      const { payments } = await world.provider.submitProof(answer);
      assert.equal(payments.length, 1);
    });

    it("finds the jobs that wait for a provider, and only those", async () => {
      const [assigned, settled, waiting] = [await request(), await request(), await request()];
      await assign(world, assigned);
      await settle(world, settled);
      const jobs = await world.provider.getOpenJobs();
      assert.deepEqual(
        jobs.map(({ jobId, phase }) => [jobId, phase]),
        [[waiting, "drawing"]],
      );
      assert.deepEqual(jobs[0]!.inputWords, world.request.input.inputWords);
      assert.isEmpty(await world.provider.getOpenJobs({ modelId: 2n }));
      await world.networkHelpers.time.increase(601);
      await world.networkHelpers.mine(1);
      assert.deepEqual(
        (await world.provider.getOpenJobs()).map(({ phase }) => phase),
        ["open"],
      );
      await world.networkHelpers.time.increase(601);
      await world.networkHelpers.mine(1);
      assert.isEmpty(await world.provider.getOpenJobs());
    });

    it("is told of each job once, again after a failed assignment, and when its open round begins", async () => {
      const seen: OpenJob[] = [];
      const stop = world.provider.watchJobs({ onJob: (job) => seen.push(job), pollingIntervalMs: 5 });
      const until = async (count: number): Promise<void> => {
        while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      try {
        const jobId = await request({ drawSeconds: 3600, openSeconds: 100_000 });
        await until(1);
        await assign(world, jobId);
        await world.provider.declineJob({ jobId });
        await until(2);
        await world.networkHelpers.time.increase(3601);
        await world.networkHelpers.mine(1);
        await until(3);
        await request();
        await until(4);
        assert.deepEqual(
          seen.map(({ jobId: id, attempts, phase }) => [id, attempts, phase]),
          [
            [1n, 0, "drawing"],
            [1n, 1, "drawing"],
            [1n, 1, "open"],
            [2n, 0, "drawing"],
          ],
        );
      } finally {
        stop();
      }
    });

    it("cannot be drawn by a header of another block", async () => {
      const jobId = await request();
      await mineSeed(world);
      const header = await getDrawHeader(world.publicClient, await world.publicClient.getBlockNumber());
      const contract = { address: world.deployment.jobMarket, abi: jobMarketAbi } as const;
      const forged = world.publicClient.simulateContract({
        ...contract,
        functionName: "assignJob",
        args: [jobId, header],
      });
      await expectError("HeaderMismatch", () =>
        forged.catch((error: unknown) => Promise.reject(toVerimeshError(error))),
      );
    });

    it("serves in the protocol's token too", async () => {
      const { token } = world.deployment;
      await world.provider.setAsk({ ...version, token, ask: ASK });
      await sendTokens(world.deployer, token, world.requester.account.address, FEE);
      const { payments } = await settle(world, await request({ token }));
      assert.equal((await world.provider.withdraw({ token })).amount, payments[0]!.providerAmount);
    });
  });
});
