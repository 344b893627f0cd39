import { assert } from "chai";
import { getAddress, type Hex, keccak256, zeroAddress } from "viem";
import {
  ASK,
  assign,
  BOND,
  expectError,
  FEE,
  type Fixture,
  mineSeed,
  NO_PROOF,
  type Person,
  proofFor,
  publishCircuitless,
  sdkFixture,
  sendTokens,
  serve,
  STAKE,
} from "./sdkFixture.ts";

describe("sdk: an answer that can be challenged", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    await serve(world.provider);
    await sendTokens(world.deployer, world.deployment.token, world.stranger.account.address, STAKE);
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const request = async (terms: object = {}): Promise<bigint> =>
    (await world.requester.requestJob({ ...world.request, policy: "optimistic", ...terms })).jobId;
  const answered = async (output = 1n): Promise<bigint> => {
    const jobId = await request();
    await assign(world, jobId);
    await world.provider.submitAnswer({ jobId, outputWords: [output] });
    return jobId;
  };
  const after = async (seconds: number): Promise<void> => {
    await world.networkHelpers.time.increase(seconds);
    await world.networkHelpers.mine(1);
  };

  it("is not given by others, to other jobs, with wrong words or late", async () => {
    const proof = (await world.requester.requestJob(world.request)).jobId;
    await assign(world, proof);
    await expectError("NotOptimisticJob", () => world.provider.submitAnswer({ jobId: proof, outputWords: [1n] }));
    const jobId = await request();
    await assign(world, jobId);
    await expectError("NotAssignedProvider", () => world.stranger.submitAnswer({ jobId, outputWords: [1n] }));
    await expectError("AnswerInvalid", () => world.provider.submitAnswer({ jobId, outputWords: [] }));
    const large = [2n ** 255n];
    await expectError("AnswerWordTooLarge", () => world.provider.submitAnswer({ jobId, outputWords: large }));
    assert.isUndefined(await world.stranger.getAnswerClaim({ jobId }));
    await after(601);
    await expectError("AnswerDeadlinePassed", () => world.provider.submitAnswer({ jobId, outputWords: [1n] }));
  });

  it("cannot be challenged by its provider, without the bond, without an allowance, or late", async () => {
    const jobId = await answered();
    await expectError("ChallengerIsProvider", () => world.provider.challengeAnswer({ jobId }));
    const poor = await expectError("FUNDS_INSUFFICIENT", () => world.author.challengeAnswer({ jobId }));
    assert.include(poor.shortMessage, "short of 100 VMESH");
    await expectError("ALLOWANCE_INSUFFICIENT", () =>
      world.stranger.challengeAnswer({ jobId, tokenApproval: "allowance" }),
    );
    await expectError("ChallengeWindowOpen", () => world.stranger.finalizeAnswer({ jobId }));
    await expectError("ClaimNotInStatus", () => world.stranger.expireDefence({ jobId }));
    await after(601);
    await expectError("ChallengeWindowClosed", () => world.stranger.challengeAnswer({ jobId }));
  });

  it("is seen before it is final, and is told apart from one that is", async () => {
    const jobId = await request();
    const waiting = world.requester.waitForAnswer({ jobId, pollingIntervalMs: 5 });
    const ending = world.requester.waitForJob({ jobId, pollingIntervalMs: 5 });
    await assign(world, jobId);
    const { challengeBefore } = await world.provider.submitAnswer({ jobId, outputWords: [1n] });
    const provisional = await waiting;
    assert.deepInclude(provisional, { status: "answered", final: false, outputWords: [1n], challengeBefore });
    assert.deepInclude(await world.stranger.getAnswer({ jobId }), { final: false, proven: false, outputWords: [1n] });
    const job = await world.stranger.getJob({ jobId });
    assert.include(job, { phase: "answered", phaseBefore: challengeBefore, overdueAction: undefined });
    assert.deepInclude(await world.stranger.getAnswerClaim({ jobId }), {
      status: "claimed",
      before: challengeBefore,
      provider: getAddress(world.provider.account.address),
      challenger: undefined,
    });
    await after(601);
    const { action } = await world.stranger.endOverdueJob({ jobId });
    assert.equal(action, "finalizeAnswer");
    const outcome = await ending;
    assert.deepInclude(outcome, { status: "settled", final: true, proven: false, outputWords: [1n] });
    assert.isTrue((await world.stranger.getAnswer({ jobId })).final);
    assert.deepEqual(await world.requester.waitForAnswer({ jobId }), outcome);
    assert.equal((await world.requester.withdraw()).amount, FEE - ASK);
    assert.include(await world.stranger.getProvider({ provider: world.provider.account.address }), { locked: 0n });
  });

  it("stands if its provider proves it: the challenger loses its bond", async () => {
    const jobId = await answered();
    const { bond } = await world.stranger.challengeAnswer({ jobId });
    assert.equal(bond, BOND);
    const claim = await world.stranger.getAnswerClaim({ jobId });
    assert.include(claim, { status: "defending", challenger: getAddress(world.stranger.account.address) });
    assert.include(await world.stranger.getJob({ jobId }), { phase: "defending", phaseBefore: claim!.before });
    const proof = await proofFor(world, world.provider, jobId);
    await expectError("NotClaimant", () => world.stranger.defendAnswer(proof));
    await expectError("DefenceInvalid", () => world.provider.defendAnswer({ ...proof, proof: NO_PROOF }));
    const another = await proofFor(world, world.provider, jobId, 0n);
    await expectError("ClaimedAnswerMismatch", () => world.provider.defendAnswer(another));
    await expectError("InputWordsMismatch", () => world.provider.defendAnswer({ ...proof, inputWords: [1n] }));
    const { payments } = await world.provider.defendAnswer(proof);
    assert.lengthOf(payments, 1);
    assert.equal((await world.stranger.getJob({ jobId })).phase, "settled");
    assert.equal((await world.provider.withdrawBondProceeds()).amount, BOND / 2n);
    assert.equal((await world.treasury.withdrawBondProceeds()).amount, BOND / 2n);
    await expectError("NothingToCollect", () => world.stranger.withdrawBondProceeds());
  });

  it("falls if its provider cannot prove it: the fee comes back, the challenger wins", async () => {
    const jobId = await answered(0n);
    await world.stranger.challengeAnswer({ jobId });
    await expectError("DefenceDeadlineNotPassed", () => world.stranger.expireDefence({ jobId }));
    await after(601);
    const proof = await proofFor(world, world.provider, jobId, 0n);
    await expectError("DefenceDeadlinePassed", () => world.provider.defendAnswer(proof));
    assert.equal((await world.stranger.endOverdueJob({ jobId })).action, "expireDefence");
    const outcome = await world.requester.waitForAnswer({ jobId });
    assert.include(outcome.job, { phase: "refunded", reason: "challengeLost" });
    await expectError("JOB_NOT_ANSWERED", () => world.stranger.getAnswer({ jobId }));
    assert.equal((await world.requester.withdraw()).amount, FEE);
    const { bondProceeds } = await world.stranger.getProvider({ provider: world.stranger.account.address });
    assert.equal(bondProceeds, BOND + BOND / 2n);
    assert.equal((await world.stranger.withdrawBondProceeds()).amount, bondProceeds);
  });

  it("is given in the open round by whoever serves, with a bond of its own", async () => {
    const jobId = await request();
    await after(601);
    await expectError("NotServing", () => world.stranger.submitAnswer({ jobId, outputWords: [1n] }));
    await world.provider.setCapacity({ capacity: 0 });
    await expectError("AnswerBondUnavailable", () => world.provider.submitAnswer({ jobId, outputWords: [1n] }));
    await world.provider.setCapacity({ capacity: 1 });
    await world.provider.submitAnswer({ jobId, outputWords: [1n] });
    assert.include(await world.stranger.getJob({ jobId }), { phase: "answered", price: ASK });
    assert.include(await world.stranger.getProvider({ provider: world.provider.account.address }), { locked: BOND });
  });

  describe("of a version without a circuit", () => {
    let version: bigint;
    beforeEach(async () => {
      version = await publishCircuitless(world);
      const terms = { modelId: 1n, version };
      await world.provider.setAsk({ ...terms, ask: ASK });
      await world.provider.listModel(terms);
      for (const person of jurors()) await listIdle(person);
    });
    const jurors = (): Person[] => world.rivals.slice(0, 4);
    /** Listed, with a bond and no place free: so many there must be, and only the provider can answer. */
    const listIdle = async (person: Person): Promise<void> => {
      await person.stake({ amount: BOND });
      await person.setAsk({ modelId: 1n, version, ask: ASK });
      await person.listModel({ modelId: 1n, version });
    };

    it("is not requested with a jury that could not be drawn, or not decide", async () => {
      await expectError("PolicyTermsInvalid", () => request({ version, panelSize: 1 }));
      await expectError("PolicyTermsInvalid", () => request({ version, panelSize: 3, quorum: 3 }));
      const error = await expectError("JuryTooLarge", () => request({ version, panelSize: 4 }));
      assert.include(error.shortMessage, "A jury of 4 needs 6 providers that serve the version, and there are 5");
      assert.include(await world.stranger.getJob({ jobId: await request({ version }) }), { panelSize: 3, quorum: 2 });
      for (const person of world.rivals.slice(4, 6)) await listIdle(person);
      assert.include(await world.stranger.getJob({ jobId: await request({ version }) }), { panelSize: 5, quorum: 3 });
      for (const person of world.rivals.slice(3, 6)) await person.unlistModel({ modelId: 1n, version });
      await expectError("JuryTooLarge", () => request({ version }));
    });

    /** A false answer by the provider, challenged; then the jurors take work, so that only they can be drawn. */
    const challenged = async (output: bigint): Promise<{ jobId: bigint; jury: Person[] }> => {
      const jobId = await request({ version, panelSize: 3 });
      await assign(world, jobId);
      await world.provider.submitAnswer({ jobId, outputWords: [output] });
      for (const person of jurors()) {
        await person.stake({ amount: STAKE - BOND });
        await person.setCapacity({ capacity: 5 });
        await person.syncWeight({ modelId: 1n, version });
      }
      await world.stranger.challengeAnswer({ jobId });
      assert.include(await world.stranger.getJob({ jobId }), { status: "answered", phase: "drawing" });
      await mineSeed(world);
      const { providers } = await world.stranger.drawPanel({ jobId });
      assert.notInclude(providers, getAddress(world.provider.account.address));
      const jury = providers.map((seat) => world.rivals.find(({ account }) => getAddress(account.address) === seat)!);
      return { jobId, jury };
    };
    const vote = async (jobId: bigint, jury: readonly Person[], answers: readonly bigint[]): Promise<void> => {
      const salt = ({ account }: Person): Hex => keccak256(account.address);
      for (const [i, juror] of jury.entries()) {
        await juror.commitAnswer({ jobId, outputWords: [answers[i]!], salt: salt(juror) });
      }
      for (const [i, juror] of jury.entries()) {
        await juror.revealAnswer({ jobId, outputWords: [answers[i]!], salt: salt(juror) });
      }
    };

    it("is judged by a jury that runs the model again: a false one falls", async () => {
      const { jobId, jury } = await challenged(0n);
      assert.include(await world.stranger.getJob({ jobId }), { phase: "voting", status: "answered" });
      assert.include(await world.stranger.getPanel({ jobId }), { policy: "optimistic", step: "committing", size: 3 });
      assert.equal((await world.stranger.getAnswerClaim({ jobId }))!.status, "judging");
      await vote(jobId, jury, [0n, 1n, 1n]);
      const job = await world.stranger.getJob({ jobId });
      assert.include(job, {
        phase: "refunded",
        reason: "challengeLost",
        provider: getAddress(world.provider.account.address),
      });
      assert.equal((await world.stranger.withdrawBondProceeds()).amount, BOND + BOND / 4n);
      for (const juror of jury.slice(1)) assert.equal((await juror.withdrawBondProceeds()).amount, BOND / 4n / 2n);
      const wrong = await world.stranger.getProvider({ provider: jury[0]!.account.address });
      assert.equal(wrong.stake, STAKE - BOND);
    });

    it("is upheld by the jury if it is right: the provider is paid and wins", async () => {
      const { jobId, jury } = await challenged(1n);
      await vote(jobId, jury, [1n, 1n, 1n]);
      const outcome = await world.requester.waitForJob({ jobId });
      assert.deepInclude(outcome, { status: "settled", outputWords: [1n], proven: false });
      assert.equal((await world.provider.withdrawBondProceeds()).amount, BOND / 2n);
    });

    it("ends with both bonds back where no jury can be drawn", async () => {
      const jobId = await request({ version, panelSize: 3 });
      await assign(world, jobId);
      await world.provider.submitAnswer({ jobId, outputWords: [1n] });
      await world.stranger.challengeAnswer({ jobId });
      await mineSeed(world);
      assert.isEmpty((await world.stranger.drawPanel({ jobId })).providers);
      await after(601);
      assert.equal((await world.stranger.endOverdueJob({ jobId })).action, "expirePanelDraw");
      const job = await world.stranger.getJob({ jobId });
      assert.include(job, { phase: "refunded", reason: "noMajority", token: zeroAddress });
      assert.equal((await world.stranger.withdrawBondProceeds()).amount, BOND);
    });
  });
});
