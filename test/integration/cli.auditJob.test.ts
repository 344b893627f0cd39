import { modelRegistryAbi, verimeshActions } from "@verimesh/sdk";
import {
  circuitInputs,
  inputWords,
  jobBinding,
  outputPackingOf,
  packOutputs,
  runReference,
  toSolidityProof,
} from "@verimesh/core";
import { openProver } from "@verimesh/prover";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import { createWalletClient, type Hex, http, keccak256, numberToHex, parseEther } from "viem";
import { hardhat } from "viem/chains";
import { errorOf, run } from "../../packages/cli/test/run.ts";
import { type AuditNetwork, model, slotOf, startAuditNetwork, wrongOf } from "./auditNetwork.ts";

/** The market's jobs, the version's record, the policies' panels and claims, as the compiler lays them out. */
const SLOTS = { jobs: 8, versions: 8, proofSystems: 4 };
const PROVIDERS = [2, 3, 4, 5];
const input = Uint8Array.of(3, 200, 41);
const trace = runReference(model, input);
const answer = packOutputs(trace.output, outputPackingOf(model));

describe("verimesh audit job", () => {
  let world: AuditNetwork;
  let modelId: bigint;
  const jobs = {} as Record<"proof" | "quorum" | "optimistic" | "cancelled", bigint>;

  const person = (index: number) =>
    createWalletClient({ account: accountOf(index), chain: hardhat, transport: http(world.net.rpcUrl) }).extend(
      verimeshActions(world.net.deployment),
    );
  // Deriving one takes longer than most of what it is used for.
  const accounts = new Map<number, ReturnType<AuditNetwork["net"]["account"]>>();
  const accountOf = (index: number) => {
    const known = accounts.get(index) ?? world.net.account(index);
    accounts.set(index, known);
    return known;
  };
  const indexOf = (address: string): number =>
    PROVIDERS.find((index) => accountOf(index).address.toLowerCase() === address.toLowerCase())!;

  before(async () => {
    world = await startAuditNetwork();
    const { net } = world;
    modelId = await world.publish();
    for (const provider of PROVIDERS) {
      await net.stake(provider);
      await net.list(provider, modelId);
    }
    jobs.proof = await settleByProof();
    jobs.quorum = await settleByQuorum(answer);
    jobs.optimistic = await settleByTime(answer);
    jobs.cancelled = await net.request(modelId, input);
    await net.send(1, net.cancelCall(jobs.cancelled));
  });
  after(() => world.close());

  async function settleByProof(): Promise<bigint> {
    const { net } = world;
    const jobId = await net.request(modelId, input);
    await net.assign(1, jobId);
    const { provider } = await net.jobOf(jobId);
    const { chainId, jobMarket: market } = net.deployment;
    const inputs = circuitInputs(model, trace, jobBinding({ chainId, market, jobId, provider }));
    const { provingKey, witnessCalculator } = world.bundle.files;
    const prover = await openProver();
    const { proof } = await prover.prove({ provingKey, witnessCalculator, inputs });
    await prover.terminate();
    const delivery = { jobId, inputWords: inputWords(input), outputWords: answer, proof: toSolidityProof(proof) };
    await person(indexOf(provider)).submitProof(delivery);
    return jobId;
  }

  async function settleByQuorum(outputWords: readonly bigint[]): Promise<bigint> {
    const { net } = world;
    const jobId = await net.request(modelId, input, { policy: "quorum" });
    const { providers } = await person(1).drawPanel({ jobId });
    const members = providers.map((provider) => person(indexOf(provider)));
    const salt = numberToHex(7, { size: 32 });
    for (const member of members) await member.commitAnswer({ jobId, outputWords, salt });
    for (const member of members) await member.revealAnswer({ jobId, outputWords, salt });
    return jobId;
  }

  async function settleByTime(outputWords: readonly bigint[]): Promise<bigint> {
    const { net } = world;
    const jobId = await net.request(modelId, input, { policy: "optimistic" });
    await net.assign(1, jobId);
    const { provider } = await net.jobOf(jobId);
    await person(indexOf(provider)).submitAnswer({ jobId, outputWords });
    await net.pass(61);
    await person(1).finalizeAnswer({ jobId });
    return jobId;
  }

  const audit = (jobId: bigint) => world.audit("job", String(jobId));

  it("says so when there is no such job, or it has not ended", async () => {
    const flags = [...world.flags, "--json"];
    expect(errorOf(await run("audit", "job", "99", ...flags)).code).to.equal("JobUnknown");
    const running = await world.net.request(modelId, input);
    expect(errorOf(await run("audit", "job", String(running), ...flags)).code).to.equal("JOB_NOT_ENDED");
  });

  it("finds nothing wrong with what was settled by proof, by quorum, by time, and with what was refunded", async () => {
    for (const [what, jobId] of Object.entries(jobs)) {
      const audited = await audit(jobId);
      expect(
        audited.checks.filter(({ verdict }) => verdict === "wrong"),
        what,
      ).to.deep.equal([]);
      expect(audited, what).to.deep.include({ valid: true, status: 0 });
      const right = audited.checks.flatMap(({ check, verdict }) => (verdict === "ok" ? [check] : []));
      const expected = {
        proof: ["draw", "public signals", "proof, checked here", "proof, checked on the chain", "re-execution"],
        quorum: ["draw", "votes", "re-execution"],
        optimistic: ["draw", "challenge", "re-execution"],
        cancelled: ["request", "end"],
      }[what]!;
      expect(right, what).to.include.members([...expected, "requested terms", "payment", "input hash"]);
    }
  });

  it("names an answer that is not the model's, which a quorum or an unchallenged provider gave", async () => {
    const lie = answer.map((word) => word ^ 1n);
    expect(wrongOf(await audit(await settleByQuorum(lie)))).to.deep.equal(["re-execution"]);
    expect(wrongOf(await audit(await settleByTime(lie)))).to.deep.equal(["re-execution"]);
  });

  describe("names the value of the market's record that was altered:", () => {
    const fields: readonly [name: string, check: string, slot: bigint, shift: bigint, of?: keyof typeof jobs][] = [
      ["requester", "request", 0n, 0n],
      ["status", "end", 0n, 160n],
      ["policy", "request", 0n, 168n],
      ["reason", "end", 0n, 176n],
      ["attempts", "request", 0n, 184n],
      ["royalty", "terms", 0n, 192n],
      ["protocol's share", "terms", 0n, 208n],
      ["callback gas", "requested terms", 0n, 224n],
      ["panel's size", "requested terms", 0n, 248n],
      ["panel's size", "votes", 0n, 248n, "quorum"],
      ["token", "request", 1n, 0n],
      ["fee", "request", 1n, 160n],
      ["input hash", "input hash", 2n, 0n],
      ["model", "request", 3n, 0n],
      ["version", "request", 3n, 32n],
      ["draw block", "request", 3n, 96n],
      ["time to draw", "requested terms", 3n, 136n],
      ["time to answer", "requested terms", 3n, 160n],
      ["open round", "requested terms", 3n, 184n],
      ["window", "requested terms", 3n, 208n],
      ["output words", "public signals", 3n, 232n],
      ["quorum", "requested terms", 3n, 240n],
      ["quorum", "votes", 3n, 242n, "quorum"],
      ["input's place", "request", 3n, 248n],
      ["provider", "phases", 5n, 0n],
      ["provider", "challenge", 5n, 0n, "optimistic"],
      ["price", "payment", 5n, 160n],
    ];
    // In the storage itself a field of each slot; every value that an audit reads is altered in cli.auditJobKinds.test.ts.
    const isFirst = ([, , slot, , of]: (typeof fields)[number], at: number): boolean =>
      at === fields.findIndex((each) => each[2] === slot && each[4] === of);
    const altered = deepRuns(1) > 1 ? fields : fields.filter(isFirst);
    for (const [name, check, slot, shift, of = "proof"] of altered) {
      it(`${name}, of a job settled by ${of}`, async () => {
        const base = slotOf(SLOTS.jobs, jobs[of], slot);
        const { jobMarket } = world.net.deployment;
        const audited = await world.whileStored(
          jobMarket,
          base,
          (word) => word ^ (1n << shift),
          () => audit(jobs[of]),
        );
        expect(wrongOf(audited)).to.include(check);
        expect(audited).to.deep.include({ valid: false, status: 1 });
      });
    }
  });

  it("names the version's verifier, the verifier's record and its code where they were altered", async () => {
    const { modelRegistry, verifierRegistry } = world.net.deployment;
    const version = slotOf(slotOf(SLOTS.versions, modelId), 1n);
    const other = await world.whileStored(
      modelRegistry,
      version,
      (word) => word ^ 1n,
      () => audit(jobs.proof),
    );
    expect(wrongOf(other)).to.include.members(["version", "verifier"]);
    const verifier = await world.verifierOf(modelId);
    const record = slotOf(SLOTS.proofSystems, verifier);
    const unknown = await world.whileStored(
      verifierRegistry,
      record,
      () => 0n,
      () => audit(jobs.proof),
    );
    expect(wrongOf(unknown)).to.include("verifier");
    // Returns false, whatever it is asked.
    const refusing = await world.whileCode(verifier, "0x600060005260206000f3", () => audit(jobs.proof));
    expect(wrongOf(refusing)).to.deep.equal(["proof, checked on the chain"]);
  });

  it("names a vote and a claim that were altered", async () => {
    const { quorumPolicy, optimisticPolicy } = world.net.deployment;
    const claim = await findSlot(optimisticPolicy, jobs.optimistic, 1n, keccak256(packed(answer)));
    const claimed = await world.whileStored(
      optimisticPolicy,
      claim,
      (word) => word ^ 1n,
      () => audit(jobs.optimistic),
    );
    expect(wrongOf(claimed)).to.deep.equal(["challenge"]);
    const seats = await seatsSlot(quorumPolicy, jobs.quorum);
    const seated = await world.whileStored(
      quorumPolicy,
      seats,
      (word) => word ^ 1n,
      () => audit(jobs.quorum),
    );
    expect(wrongOf(seated)).to.include("votes");
    const paid = await world.whileStored(
      quorumPolicy,
      seats,
      (word) => word ^ (1n << 160n),
      () => audit(jobs.quorum),
    );
    expect(wrongOf(paid)).to.deep.equal(["draw", "payment"]);
  });

  it("still holds after the model was handed on and its royalty changed", async () => {
    const registry = { address: world.net.deployment.modelRegistry, abi: modelRegistryAbi } as const;
    await world.net.send(0, { ...registry, functionName: "setRoyalty", args: [modelId, 1234n] });
    const [from, to] = [world.net.account(0).address, world.net.account(9).address];
    await world.net.send(0, { ...registry, functionName: "transferFrom", args: [from, to, modelId] });
    expect(wrongOf(await audit(jobs.proof))).to.deep.equal([]);
  });

  /** The slot of a job's struct in a policy contract: that whose word at `offset` is the one looked for. */
  async function findSlot(address: Hex, jobId: bigint, offset: bigint, expected: Hex): Promise<Hex> {
    for (let mapping = 0; mapping < 24; mapping++) {
      for (let at = 0n; at <= 3n; at++) {
        const slot = slotOf(mapping, jobId, at + offset);
        if ((await world.net.client.getStorageAt({ address, slot })) === expected) return slot;
      }
    }
    throw new Error("no such slot: the layout of the contract has changed");
  }

  /** Where the first seat of a job's panel stands: its provider lowest. */
  async function seatsSlot(address: Hex, jobId: bigint): Promise<Hex> {
    const members = PROVIDERS.map((index) => BigInt(accountOf(index).address));
    for (let mapping = 0; mapping < 24; mapping++) {
      for (const list of [
        slotOf(mapping, jobId),
        slotOf(slotOf(mapping, jobId), 1n),
        slotOf(slotOf(mapping, 1n), jobId),
      ]) {
        const slot = numberToHex(BigInt(keccak256(list)), { size: 32 });
        const word = BigInt((await world.net.client.getStorageAt({ address, slot })) ?? "0x0");
        if (members.includes(word & ((1n << 160n) - 1n)) && word >> 160n === parseEther("0.001")) return slot;
      }
    }
    throw new Error("no such slot: the layout of the contract has changed");
  }
});

function packed(words: readonly bigint[]): Hex {
  return `0x${words.map((word) => word.toString(16).padStart(64, "0")).join("")}`;
}
