import { quorumPolicyAbi } from "@verimesh/abi";
import { answerCommitment, answerHash, decodeAnswer } from "@verimesh/sdk";
import { assert } from "chai";
import { getAddress, type Hex, keccak256, toHex } from "viem";
import {
  ASK,
  BOND,
  expectError,
  FEE,
  type Fixture,
  forgingKey,
  mineSeed,
  type Person,
  sdkFixture,
  serve,
  STAKE,
  tinyManifest,
} from "./sdkFixture.ts";

const saltOf = (person: Person): Hex => keccak256(person.account.address);

describe("sdk: a quorum", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    for (const person of world.rivals.slice(0, 7)) await serve(person);
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const request = async (terms: object = {}): Promise<bigint> =>
    (await world.requester.requestJob({ ...world.request, policy: "quorum", ...terms })).jobId;
  /** Draws the panel and returns its members in the order of their seats. */
  const drawn = async (jobId: bigint): Promise<Person[]> => {
    await mineSeed(world);
    const { providers } = await world.stranger.drawPanel({ jobId });
    return providers.map((seat) => world.rivals.find(({ account }) => getAddress(account.address) === seat)!);
  };
  const commit = (person: Person, jobId: bigint, outputWords: readonly bigint[]) =>
    person.commitAnswer({ jobId, outputWords, salt: saltOf(person) });
  const reveal = (person: Person, jobId: bigint, outputWords: readonly bigint[]) =>
    person.revealAnswer({ jobId, outputWords, salt: saltOf(person) });
  const vote = async (jobId: bigint, members: readonly Person[], answers: readonly bigint[]): Promise<void> => {
    for (const [i, member] of members.entries()) await commit(member, jobId, [answers[i]!]);
    for (const [i, member] of members.entries()) await reveal(member, jobId, [answers[i]!]);
  };

  it("is not drawn for a job of another policy, too early, twice, or by the market", async () => {
    const proof = (await world.requester.requestJob(world.request)).jobId;
    const error = await expectError("NOT_A_PANEL_JOB", () => world.stranger.drawPanel({ jobId: proof }));
    assert.include(error.details!, "assignJob");
    assert.isUndefined(await world.stranger.getPanel({ jobId: proof }));
    await expectError("JobUnknown", () => world.stranger.getPanel({ jobId: 9n }));
    const jobId = await request();
    await expectError("DrawTooEarly", () => world.stranger.drawPanel({ jobId }));
    await mineSeed(world);
    const wrongWay = await expectError("DrawnByPolicy", () => world.stranger.assignJob({ jobId }));
    assert.include(wrongWay.details!, "drawPanel");
    await world.stranger.drawPanel({ jobId });
    await expectError("PanelNotInStatus", () => world.stranger.drawPanel({ jobId }));
  });

  it("refuses outsiders, commitments twice or late, reveals early, late, twice or of something else", async () => {
    const jobId = await request();
    const [first, second, third] = (await drawn(jobId)) as [Person, Person, Person];
    await expectError("NotOnPanel", () => commit(world.stranger, jobId, [1n]));
    await commit(first, jobId, [1n]);
    await expectError("AlreadyCommitted", () => commit(first, jobId, [0n]));
    await expectError("RevealNotOpen", () => reveal(first, jobId, [1n]));
    await commit(second, jobId, [1n]);
    await commit(third, jobId, [1n, 1n]);
    await expectError("CommitmentMismatch", () => reveal(first, jobId, [0n]));
    await expectError("CommitmentMismatch", () =>
      first.revealAnswer({ jobId, outputWords: [1n], salt: saltOf(second) }),
    );
    await expectError("AnswerInvalid", () => reveal(third, jobId, [1n, 1n]));
    await expectError("PanelStillVoting", () => world.stranger.closePanel({ jobId }));
    await reveal(first, jobId, [1n]);
    await expectError("AlreadyRevealed", () => reveal(first, jobId, [1n]));
    await world.networkHelpers.time.increase(1201);
    await expectError("RevealClosed", () => reveal(second, jobId, [1n]));
  });

  it("does not take a commitment that was copied from another member", async () => {
    const jobId = await request();
    const [honest, thief, other] = (await drawn(jobId)) as [Person, Person, Person];
    const { commitment } = await commit(honest, jobId, [1n]);
    await thief.writeContract({
      ...{ address: world.deployment.quorumPolicy, abi: quorumPolicyAbi, functionName: "commitAnswer" },
      args: [jobId, commitment],
    });
    await commit(other, jobId, [1n]);
    await reveal(honest, jobId, [1n]);
    await expectError("CommitmentMismatch", () =>
      thief.revealAnswer({ jobId, outputWords: [1n], salt: saltOf(honest) }),
    );
  });

  it("computes the commitment as the contract does", async () => {
    const { deployment } = world;
    const [jobId, round, provider, outputWords, salt] = [
      5n,
      2,
      world.provider.account.address,
      [7n, 9n],
      toHex(3, { size: 32 }),
    ] as const;
    const call = { address: deployment.quorumPolicy, abi: quorumPolicyAbi, functionName: "commitmentOf" } as const;
    const args = [jobId, BigInt(round), provider, outputWords, salt] as const;
    assert.equal(
      answerCommitment({ deployment, policy: "quorum", jobId, round, provider, outputWords, salt }),
      await world.publicClient.readContract({ ...call, args }),
    );
  });

  it("is known before it is drawn, and shows where its vote stands", async () => {
    const jobId = await request();
    assert.include(await world.stranger.getPanel({ jobId }), { status: "drawing", size: 3, quorum: 2, round: 1 });
    await mineSeed(world);
    const { providers } = await world.stranger.previewPanel({ jobId });
    const members = await drawn(jobId);
    assert.deepEqual(
      members.map(({ account }) => getAddress(account.address)),
      [...providers],
    );
    const job = await world.stranger.getJob({ jobId });
    assert.include(job, { status: "assigned", phase: "voting", overdueAction: undefined });
    await commit(members[0]!, jobId, [1n]);
    const panel = (await world.stranger.getPanel({ jobId }))!;
    assert.include(panel, { step: "committing", committed: 1, revealed: 0 });
    assert.equal(panel.revealBefore, job.phaseBefore);
    assert.deepEqual(
      panel.members.map(({ ask, commitment, revealed }) => [ask, commitment !== undefined, revealed]),
      [
        [ASK, true, undefined],
        [ASK, false, undefined],
        [ASK, false, undefined],
      ],
    );
    await commit(members[1]!, jobId, [1n]);
    await commit(members[2]!, jobId, [0n]);
    await reveal(members[0]!, jobId, [1n]);
    await reveal(members[1]!, jobId, [1n]);
    const later = (await world.stranger.getPanel({ jobId }))!;
    assert.include(later, { step: "revealing", committed: 3, revealed: 2 });
    assert.deepEqual(later.leading, { answerHash: answerHash([1n]), votes: 2 });
    assert.equal(later.members[0]!.revealed, answerHash([1n]));
  });

  it("settles on the answer of the majority, pays its members, and cuts the dissenter's bond", async () => {
    const jobId = await request();
    const members = await drawn(jobId);
    await vote(jobId, members, [1n, 1n, 0n]);
    // The last reveal was not the winning answer, so somebody closes the vote.
    assert.equal((await world.stranger.getJob({ jobId })).overdueAction, "closePanel");
    await world.stranger.closePanel({ jobId });
    const outcome = await world.requester.waitForJob({ jobId });
    assert.equal(outcome.status, "settled");
    if (outcome.status !== "settled") return;
    assert.deepEqual(decodeAnswer(world.manifest, outcome.outputWords), { kind: "argmax", index: 1, label: "grant" });
    assert.isFalse(outcome.proven);
    const paid = members.slice(0, 2).map(({ account }) => getAddress(account.address));
    assert.sameMembers([...outcome.providers], paid);
    const payments = await world.stranger.getPayments({ jobId });
    for (const { providerAmount } of payments) assert.equal(providerAmount, ASK - ASK / 10n - ASK / 40n);
    assert.equal((await world.requester.withdraw()).amount, FEE - 2n * ASK);
    assert.equal((await world.requester.withdrawSlashProceeds()).amount, BOND / 2n);
    const dissenter = await world.stranger.getProvider({ provider: members[2]!.account.address });
    assert.include(dissenter, { stake: STAKE - BOND, locked: 0n });
    const error = await expectError("JOB_NOT_PROVEN", () => world.stranger.getProof({ jobId }));
    assert.include(error.shortMessage, "quorum");
  });

  it("closes by itself with the last reveal, if that is the winning answer", async () => {
    const jobId = await request({ panelSize: 5 });
    const members = await drawn(jobId);
    assert.lengthOf(members, 5);
    await vote(jobId, members, [0n, 1n, 1n, 1n, 1n]);
    assert.include(await world.stranger.getJob({ jobId }), { phase: "settled", reason: "delivered" });
  });

  it("draws once more without a majority, of others, and then refunds", async () => {
    const jobId = await request();
    const first = await drawn(jobId);
    const silent = first[2]!;
    for (const [i, member] of first.slice(0, 2).entries()) await commit(member, jobId, [BigInt(i)]);
    await world.networkHelpers.time.increase(601);
    for (const [i, member] of first.slice(0, 2).entries()) await reveal(member, jobId, [BigInt(i)]);
    await world.stranger.endOverdueJob({ jobId });
    assert.include(await world.stranger.getJob({ jobId }), { status: "assigned", phase: "drawing" });
    assert.include(await world.stranger.getPanel({ jobId }), { status: "drawing", round: 2 });
    const again = await world.stranger.getProvider({ provider: silent.account.address });
    assert.equal(again.stake, STAKE - BOND);
    const second = await drawn(jobId);
    assert.isEmpty(second.filter((member) => first.includes(member)));
    await world.networkHelpers.time.increase(1201);
    await world.networkHelpers.mine(1);
    assert.equal((await world.stranger.endOverdueJob({ jobId })).action, "closePanel");
    const outcome = await world.requester.waitForJob({ jobId });
    assert.include(outcome.job, { phase: "refunded", reason: "noMajority" });
    assert.equal((await world.requester.withdraw()).amount, FEE);
  });

  it("is refunded where not enough providers are found in time", async () => {
    const jobId = await request({ panelSize: 9 });
    await mineSeed(world);
    assert.isEmpty((await world.stranger.previewPanel({ jobId })).providers);
    assert.isEmpty((await world.stranger.drawPanel({ jobId })).providers);
    await expectError("PanelDrawStillOpen", () => world.stranger.expirePanelDraw({ jobId }));
    await world.networkHelpers.time.increase(601);
    await mineSeed(world);
    await expectError("PanelDrawClosed", () => world.stranger.drawPanel({ jobId }));
    await world.stranger.expirePanelDraw({ jobId });
    assert.include(await world.stranger.getJob({ jobId }), { phase: "refunded", reason: "noProvider" });
  });

  it("refunds a job whose input nobody could have, without loss to the members who say so", async () => {
    const { author, store, requester } = world;
    const { verificationKey } = forgingKey;
    const manifest = await tinyManifest(store, "poseidon");
    const { version } = await author.publishVersion({ modelId: 1n, manifest, verificationKey, store });
    for (const person of world.rivals.slice(0, 3)) {
      await person.setAsk({ modelId: 1n, version, ask: ASK });
      await person.listModel({ modelId: 1n, version });
    }
    const input = { ...world.request.input, inputBinding: "poseidon" } as const;
    const { jobId } = await requester.requestJob({ ...world.request, version, policy: "quorum", input, store });
    const members = await drawn(jobId);
    for (const member of members) await commit(member, jobId, []);
    for (const member of members) await reveal(member, jobId, []);
    assert.include(await world.stranger.getJob({ jobId }), { phase: "refunded", reason: "contentUnavailable" });
    for (const { account } of members) {
      assert.include(await world.stranger.getProvider({ provider: account.address }), { stake: STAKE, locked: 0n });
    }
  });
});
