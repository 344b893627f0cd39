import type { OpenJob } from "@verimesh/sdk";
import { assert } from "chai";
import { parseEther } from "viem";
import {
  bindingFor,
  expectError,
  FEE,
  type Fixture,
  forgingKey,
  NO_PROOF,
  sdkFixture,
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

  const request = async (): Promise<bigint> => (await world.requester.requestJob(world.request)).jobId;

  it("is refused a stake of zero, and one that it does not have", async () => {
    await expectError("StakeAmountZero", () => world.provider.stake({ amount: 0n }));
    const error = await expectError("FUNDS_INSUFFICIENT", () => world.stranger.stake({ amount: parseEther("3") }));
    assert.include(error.shortMessage, "short of 3 VMESH");
  });

  it("is refused a claim without free stake, and told how much is missing", async () => {
    const jobId = await request();
    const error = await expectError("StakeInsufficient", () => world.provider.claimJob({ jobId }));
    assert.include(error.details!, "Stake 100000000000000000000 more");
  });

  it("is refused a job that is not there, taken, or past its window", async () => {
    await world.provider.stake({ amount: STAKE });
    await expectError("JobUnknown", () => world.provider.claimJob({ jobId: 7n }));
    const jobId = await request();
    await world.provider.claimJob({ jobId });
    const error = await expectError("JobNotInStatus", () => world.provider.claimJob({ jobId }));
    assert.include(error.shortMessage, "is assigned; this needs a job that is requested");
    const late = await request();
    await world.networkHelpers.time.increase(601);
    await expectError("ClaimWindowClosed", () => world.provider.claimJob({ jobId: late }));
  });

  it("is refused a wrong proof, wrong words, a wrong count, another's job and a late answer", async () => {
    await world.provider.stake({ amount: STAKE });
    const jobId = await request();
    await world.provider.claimJob({ jobId });
    const binding = bindingFor(world.provider.account.address, jobId, world.deployment);
    const words = world.request.input.inputWords;
    const proof = forgingKey.prove([1n, ...words, binding]);
    const answer = { jobId, inputWords: words, outputWords: [1n], proof };
    await expectError("NotAssignedProvider", () => world.stranger.submitProof(answer));
    await expectError("ProofInvalid", () => world.provider.submitProof({ ...answer, outputWords: [0n] }));
    await expectError("ProofInvalid", () => world.provider.submitProof({ ...answer, proof: NO_PROOF }));
    await expectError("InputWordsMismatch", () => world.provider.submitProof({ ...answer, inputWords: [1n] }));
    await expectError("OutputWordCountMismatch", () =>
      world.provider.submitProof({ ...answer, outputWords: [1n, 1n] }),
    );
    await world.networkHelpers.time.increase(601);
    await expectError("ProveDeadlinePassed", () => world.provider.submitProof(answer));
  });

  it("is refused unstaking what it does not have, and withdrawing before the delay is over", async () => {
    await expectError("StakeInsufficient", () => world.provider.requestUnstake({ amount: 1n }));
    await expectError("NothingUnbonding", () => world.provider.withdrawUnstaked());
    await world.provider.stake({ amount: STAKE, tokenApproval: "approve" });
    await world.provider.requestUnstake({ amount: parseEther("200") });
    const error = await expectError("UnbondingNotReady", () => world.provider.withdrawUnstaked());
    assert.match(error.shortMessage, /until \d{4}-\d\d-\d\dT/);
    const { unbondingReadyAt } = await world.provider.getProvider({ provider: world.provider.account.address });
    await world.networkHelpers.time.increaseTo(unbondingReadyAt + 1n);
    assert.equal((await world.provider.withdrawUnstaked()).amount, parseEther("200"));
  });

  it("sees its stake, free and locked", async () => {
    await world.provider.stake({ amount: STAKE });
    await world.provider.claimJob({ jobId: await request() });
    const account = await world.provider.getProvider({ provider: world.provider.account.address });
    assert.include(account, {
      active: STAKE,
      locked: parseEther("100"),
      free: parseEther("400"),
      claimsAvailable: 4n,
      bondAmount: parseEther("100"),
    });
  });

  it("delivers, is paid the fee less royalty and protocol fee, and withdraws it", async () => {
    await world.provider.stake({ amount: STAKE });
    const paid = await settle(world, await request());
    assert.include(paid, {
      royaltyAmount: FEE / 10n,
      protocolAmount: FEE / 40n,
      providerAmount: FEE - FEE / 10n - FEE / 40n,
      callbackSucceeded: undefined,
    });
    assert.equal((await world.provider.withdraw()).amount, paid.providerAmount);
    assert.equal((await world.author.withdraw()).amount, paid.royaltyAmount);
  });

  it("finds the jobs that are open now, and only those", async () => {
    await world.provider.stake({ amount: STAKE });
    const [claimed, open] = [await request(), await request()];
    await world.provider.claimJob({ jobId: claimed });
    const jobs = await world.provider.getOpenJobs();
    assert.deepEqual(
      jobs.map(({ jobId }) => jobId),
      [open],
    );
    assert.deepEqual(jobs[0]!.inputWords, world.request.input.inputWords);
    assert.isEmpty(await world.provider.getOpenJobs({ modelId: 2n }));
    await world.networkHelpers.time.increase(601);
    await world.networkHelpers.mine(1);
    assert.isEmpty(await world.provider.getOpenJobs());
  });

  it("is told of each job once, and again when it opens again", async () => {
    await world.provider.stake({ amount: STAKE });
    const seen: OpenJob[] = [];
    const stop = world.provider.watchJobs({ onJob: (job) => seen.push(job), pollingIntervalMs: 5 });
    const until = async (count: number): Promise<void> => {
      while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      const { jobId } = await world.requester.requestJob({ ...world.request, claimSeconds: 3600 });
      await until(1);
      await world.provider.claimJob({ jobId });
      await world.networkHelpers.time.increase(601);
      await world.requester.expireClaim({ jobId });
      await until(2);
      await request();
      await until(3);
      assert.deepEqual(
        seen.map(({ jobId, attempts }) => [jobId, attempts]),
        [
          [1n, 0],
          [1n, 1],
          [2n, 0],
        ],
      );
    } finally {
      stop();
    }
  });
});
