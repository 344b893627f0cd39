import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromSolidityProof, inputWords, jobBinding, runReference, type IntegerModel } from "@verimesh/core";
import { dense, tinyDenseModel } from "@verimesh/core/testing";
import { jobMarketAbi } from "@verimesh/abi";
import { expect } from "chai";
import { errorOf, run, type Ran } from "../../packages/cli/test/run.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { runWithBlocks } from "./cliOnChain.ts";
import { forger, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const SCRIPTED = 8;
const words = tinyDenseModel();
/** Too many inputs to be public themselves: the requester commits to them and publishes them. */
const committed: IntegerModel = {
  format: "verimesh-integer-model/2",
  inputShape: [200],
  nodes: [
    dense(
      "logits",
      0,
      Array.from({ length: 200 }, (_, i) => [i % 7, -(i % 5)]),
      [0, 0],
    ),
  ],
  output: { kind: "argmax" },
  hides: "nothing",
};

const ether = (amount: number): string => (BigInt(amount) * 10n ** 18n).toString();
/** What the providers of these tests ask, in wei. */
const ASK = (10n ** 15n).toString();

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 200));
}

describe("verimesh on a chain", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let flags: string[];
  let directory: string;
  let unserved: bigint;
  const workingDirectory = process.cwd();

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    const { files, prover } = forger(words);
    await net.publish(words, { ...files, name: "tiny" });
    await net.publish(committed, { ...forger(committed).files, name: "wide" });
    await net.stake(PROVIDER);
    await net.stake(3);
    await net.stake(SCRIPTED);
    await net.list(PROVIDER, 1n);
    await net.list(3, 2n);
    await workers.start(PROVIDER, { prover, capacity: 8 });
    await workers.start(3, { prover: forger(committed).prover, capacity: 8 });
    // Nobody runs a worker for this one: what tests do with its jobs, nobody else does.
    unserved = await net.publish(words, { ...files, name: "unserved" });
    directory = await temporaryDirectory();
    const deployment = join(directory, "deployment.json");
    await writeFile(deployment, JSON.stringify(net.deployment));
    flags = ["--rpc", net.rpcUrl, "--deployment", deployment, "--gateway", net.gatewayUrl, "--json"];
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    // Where no local network of the developer's is found.
    process.chdir(directory);
  });

  after(async () => {
    process.chdir(workingDirectory);
    delete process.env["XDG_CACHE_HOME"];
    await workers.stopAll();
    await net.close();
  });

  const file = async (name: string, content: string | Uint8Array): Promise<string> => {
    await writeFile(join(directory, name), content);
    return join(directory, name);
  };
  const json = <T = object>({ stdout }: Ran): T => JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as T;
  const as = (account: number) => [...flags, "--dev-account", String(account)];
  const infer = (model: string, input: string, ...options: string[]) =>
    runWithBlocks(net, "infer", model, "--input", input, ...options, ...as(1));

  it("names the models there are when asked for one that is not", async () => {
    const input = await file("input.json", "[1,2,3]");
    const error = errorOf(await run("infer", "huge", "--input", input, ...as(1)));
    expect(error.code).to.equal("MODEL_NOT_FOUND");
    expect(error.details).to.contain("1 tiny").and.contain("2 wide");
    expect(errorOf(await run("infer", "99", "--input", input, ...as(1))).code).to.equal("ModelUnknown");
  });

  it("refuses an input of the wrong shape or range before any money moves", async () => {
    const before = await net.transactions(1);
    for (const content of ["[1,2]", "[1,2,3,4]", "[1,2,256]", "[1,2,-1]", '{"a":1}']) {
      const ran = await run("infer", "tiny", "--input", await file("bad.json", content), ...as(1));
      expect(errorOf(ran).code, content).to.equal("INPUT_INVALID");
    }
    expect(await net.transactions(1)).to.equal(before);
  });

  it("says so when the wallet has no funds, and when nothing says whose wallet it is", async () => {
    const input = await file("input.json", "[1,2,3]");
    await net.client.setBalance({ address: net.account(7).address, value: 1n });
    expect(errorOf(await run("infer", "tiny", "--input", input, ...as(7))).code).to.equal("FUNDS_INSUFFICIENT");
    expect(errorOf(await run("infer", "tiny", "--input", input, ...flags)).code).to.equal("ACCOUNT_MISSING");
  });

  it("says so when a job is unknown, or not settled and so cannot be verified", async () => {
    expect(errorOf(await run("job", "999", ...flags)).code).to.equal("JobUnknown");
    expect(errorOf(await run("verify", "999", ...flags)).code).to.equal("JobUnknown");
    const jobId = await net.request(unserved, Uint8Array.of(1, 2, 3));
    expect(errorOf(await run("verify", String(jobId), ...flags)).code).to.equal("JOB_NOT_SETTLED");
    await net.send(1, net.cancelCall(jobId));
  });

  it("gets the reference's answer from a model and checks its proof both ways", async () => {
    const input = await file("input.json", "[3,200,41]");
    const ran = await infer("tiny", input);
    expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
    const result = json<{ jobId: number; output: { index: number }; proof: object }>(ran);
    expect(result.output.index).to.equal(runReference(words, Uint8Array.of(3, 200, 41)).output[0]);
    expect(result.proof).to.deep.include({ valid: true, snarkjs: true, keyMatchesVerifier: true, contract: true });
    expect(json(await run("job", String(result.jobId), ...flags))).to.deep.include({
      status: "settled",
      model: "tiny",
    });
    expect(json(await run("verify", String(result.jobId), ...flags))).to.deep.include({ valid: true });
  });

  it("publishes an input that is too large to be public, and gets its answer", async () => {
    const input = Uint8Array.from({ length: 200 }, (_, i) => i);
    const ran = await infer("2", await file("input.bin", input), "--fee", "0.5");
    expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
    const { output } = json<{ output: { index: number } }>(ran);
    expect(output.index).to.equal(runReference(committed, input).output[0]);
  });

  it("finds out a manifest whose key is not the verifier's, and ends with status 1", async () => {
    const key = createForgingKey(3, 5n);
    const { files } = forger(words);
    const modelId = await net.publish(words, { ...files, encodedKey: key.verificationKey });
    await net.list(SCRIPTED, modelId);
    const input = Uint8Array.of(3, 200, 41);
    const jobId = await net.request(modelId, input);
    await net.assign(SCRIPTED, jobId);
    const { chainId, jobMarket: market } = net.deployment;
    const binding = jobBinding({ chainId, market, jobId, provider: net.account(SCRIPTED).address });
    const proof = key.prove([1n, ...inputWords(input), binding]);
    expect(fromSolidityProof(proof).c).to.have.length(2);
    const args = [jobId, inputWords(input), [1n], proof];
    await net.send(SCRIPTED, { address: market, abi: jobMarketAbi, functionName: "submitProof", args });
    const ran = await run("verify", String(jobId), ...flags);
    expect(ran.status).to.equal(1);
    const checks = { valid: false, keyMatchesVerifier: false, snarkjs: false, contract: true };
    expect(json(ran)).to.deep.include(checks);
  });

  it("lists models, shows providers, and moves stake and earnings", async () => {
    const { models } = json<{ models: { name: string }[] }>(await run("models", ...flags));
    expect(models.slice(0, 2).map(({ name }) => name)).to.deep.equal(["tiny", "wide"]);
    const staked = json<{ stake: string; ownStake: string }>(await run("provider", "stake", "5", ...as(0)));
    expect(staked).to.deep.include({ stake: ether(5), ownStake: ether(5) });
    const left = json<{ unbonding: string }>(await run("provider", "unstake", "2.5", ...as(0)));
    expect(left.unbonding).to.equal((25n * 10n ** 17n).toString());
    expect(errorOf(await run("provider", "unstake", "99", ...as(0))).code).to.equal("PositionInsufficient");
    const status = json<{ providers: { claimableWei: string; listings: object[] }[] }>(
      await run("provider", "status", ...as(3)),
    );
    const earned = status.providers[0]!.claimableWei;
    expect(BigInt(earned) > 0n).to.equal(true);
    expect(status.providers[0]!.listings[0]).to.deep.include({ modelId: 2, version: 1, listed: true });
    expect(json(await run("provider", "withdraw", ...as(3)))).to.deep.include({ amount: earned });
    expect(errorOf(await run("provider", "withdraw", ...as(3))).code).to.equal("NothingClaimable");
  });

  describe("the other policies", () => {
    it("says what an answer costs and what the price is made of, and that there are too few for a quorum", async () => {
      const quoted = json<Record<string, string | number>>(await run("quote", "tiny", ...flags));
      expect(quoted).to.deep.include({ providers: 1, price: ASK, feeToReachAll: ASK, policy: "proof" });
      const parts = ["providerAmount", "royaltyAmount", "protocolAmount"].map((part) => BigInt(quoted[part]!));
      expect(parts.reduce((sum, part) => sum + part)).to.equal(BigInt(ASK));
      expect(errorOf(await run("quote", "tiny", "--policy", "quorum", ...flags)).code).to.equal("TooFewProviders");
      expect(errorOf(await run("quote", "tiny", "--policy", "vote", ...flags)).code).to.equal("OPTION_INVALID");
    });

    it("is content with a provisional answer when told to, says so, and finalizes it when nobody challenged", async () => {
      const input = await file("input.json", "[3,200,41]");
      const optimistic = ["--policy", "optimistic", "--window-seconds", "3600"];
      const ran = await infer("tiny", input, ...optimistic, "--no-wait-final");
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const { jobId, ...result } = json<{ jobId: number; challengeBefore: number }>(ran);
      expect(result).to.deep.include({ status: "answered", final: false, proof: null });
      expect(json(await run("job", String(jobId), ...flags))).to.deep.include({ phase: "answered", final: false });
      expect(errorOf(await run("finalize", String(jobId), ...as(6))).code).to.equal("ChallengeWindowOpen");
      await net.pass(3700);
      // The worker may have been faster.
      const finalized = await run("finalize", String(jobId), ...as(6));
      if (finalized.status !== 0) expect(errorOf(finalized).code).to.match(/^(ClaimNotInStatus|JobNotInStatus)$/);
      expect(json(await run("job", String(jobId), ...flags))).to.deep.include({ phase: "settled", final: true });
    });

    it("challenges an answer with a bond, and shows that its provider proved it", async () => {
      const input = await file("input.json", "[3,200,41]");
      const ran = await infer("tiny", input, "--policy", "optimistic", "--no-wait-final");
      const { jobId } = json<{ jobId: number }>(ran);
      await net.giveTokens(6, BigInt(ether(100)));
      const challenged = json(await run("challenge", String(jobId), ...as(6)));
      expect(challenged).to.deep.include({ challenger: net.account(6).address, bond: ether(100), phase: "defending" });
      await eventually(async () => {
        const job = json<{ phase: string }>(await run("job", String(jobId), ...flags));
        return job.phase === "settled";
      });
      expect(json(await run("job", String(jobId), ...flags))).to.deep.include({ challenger: net.account(6).address });
      expect(errorOf(await run("withdraw", "--bond-proceeds", ...as(6))).code).to.equal("NothingToCollect");
      const won = json(await run("provider", "withdraw", "--bond-proceeds", ...as(PROVIDER)));
      expect(won).to.deep.include({ amount: ether(50) });
    });
  });

  describe("balances, signed and recurring requests", () => {
    const terms = () => file("input.json", "[1,2,3]");
    const fee = ["--fee", "0.01"];

    it("deposits, pays a request from the balance, and cancels it", async () => {
      expect(errorOf(await run("deposit", "lots", ...as(9))).code).to.equal("OPTION_INVALID");
      const deposited = json(await run("deposit", "0.02", ...as(9)));
      expect(deposited).to.deep.include({ claimable: (2n * 10n ** 16n).toString() });
      const jobId = await net.request(unserved, Uint8Array.of(1, 2, 3));
      expect(errorOf(await run("cancel", String(jobId), ...as(9))).code).to.equal("NotRequester");
      expect(json(await run("cancel", String(jobId), ...as(1)))).to.deep.include({ reason: "cancelled" });
    });

    it("signs a request for another to submit, once, and refuses to overwrite a file or to read nonsense", async () => {
      const input = await terms();
      const signed = join(directory, "request.json");
      const sign = (...more: string[]) =>
        run("request", "sign", "unserved", "--input", input, ...fee, "--out", signed, ...more, ...as(9));
      expect(json(await sign())).to.deep.include({ requester: net.account(9).address, nonce: "0" });
      expect(errorOf(await sign()).code).to.equal("FILE_NOT_WRITTEN");
      expect(errorOf(await run("request", "relay", input, ...as(6))).code).to.equal("SIGNED_REQUEST_INVALID");
      const relayed = json<{ jobId: number }>(await run("request", "relay", signed, ...as(6)));
      expect(relayed).to.deep.include({ requester: net.account(9).address, relayer: net.account(6).address });
      expect(errorOf(await run("request", "relay", signed, ...as(6))).code).to.equal("InvalidAccountNonce");
      const job = json(await run("job", String(relayed.jobId), ...flags));
      expect(job).to.deep.include({ requester: net.account(9).address, phase: "drawing" });
    });

    it("subscribes, runs what is due, and gives back what is left", async () => {
      const input = await terms();
      const recurring = ["--every", "3600", "--runs", "3"];
      const created = json<{ subscriptionId: number }>(
        await run("subscribe", "unserved", "--input", input, ...fee, ...recurring, ...as(9)),
      );
      const id = String(created.subscriptionId);
      expect(created).to.deep.include({ runsLeft: 3, funded: (3n * 10n ** 16n).toString(), due: true });
      expect(json(await run("subscription", "run", id, ...as(6)))).to.deep.include({ runsLeft: 2, due: false });
      expect(errorOf(await run("subscription", "run", id, ...as(6))).code).to.equal("SubscriptionNotDue");
      expect(errorOf(await run("subscription", "cancel", id, ...as(6))).code).to.equal("NotSubscriptionOwner");
      expect(json(await run("subscription", "cancel", id, ...as(9)))).to.deep.include({ runsLeft: 0, funded: "0" });
    });
  });

  describe("what a provider offers", () => {
    it("lists a model at a price, changes capacity and commission, and unlists it", async () => {
      await net.stake(10);
      const list = (...more: string[]) => run("provider", "list", "unserved", ...more, ...as(10));
      expect(errorOf(await list("--ask", "cheap")).code).to.equal("OPTION_INVALID");
      const listed = json<{ asks: { ask: string }[] }>(await list("--ask", "0.002", "--no-off-chain"));
      const inTime = { minAnswerSeconds: 60 };
      expect(listed).to.deep.include({ listed: true, acceptsOffChain: false, capacity: 0, ...inTime });
      expect(listed.asks[0]!.ask).to.equal((2n * 10n ** 15n).toString());
      expect(errorOf(await list("--ask", "0.003")).code).to.equal("AskChangedRecently");
      const vmesh = json<{ asks: object[] }>(
        await run("provider", "ask", "unserved", "--ask", "20", "--token", "VMESH", ...as(10)),
      );
      expect(vmesh.asks).to.have.length(2);
      expect(json(await run("provider", "capacity", "3", ...as(10)))).to.deep.include({ capacity: 3 });
      expect(json(await run("provider", "commission", "1000", ...as(10)))).to.deep.include({ commissionBpsNow: 1000 });
      expect(json(await run("provider", "unlist", "unserved", ...as(10)))).to.deep.include({
        listed: false,
        ...inTime,
      });
    });

    it("takes delegations, and gives them back after the unbonding time", async () => {
      const provider = net.account(10).address;
      await net.giveTokens(11, BigInt(ether(40)));
      expect(errorOf(await run("delegation", "add", "nobody", "1", ...as(11))).code).to.equal("OPTION_INVALID");
      const added = json(await run("delegation", "add", provider, "40", ...as(11)));
      expect(added).to.deep.include({ provider, stake: ether(40), commissionBps: 1000, earnings: [] });
      expect(json(await run("delegation", "remove", provider, "40", ...as(11)))).to.deep.include({
        unbonding: ether(40),
      });
      await net.pass(7 * 24 * 3600 + 60);
      const collected = json(await run("delegation", "collect", provider, ...as(11)));
      expect(collected).to.deep.include({ stake: "0", unbonding: "0" });
    });
  });

  describe("refund", () => {
    const STRANGER = 6;
    const refund = (jobId: bigint, account = 1) => run("refund", String(jobId), ...as(account));
    const request = () => net.request(unserved, Uint8Array.of(1, 2, 3));
    interface Refund {
      readonly steps: { readonly step: string }[];
      readonly status: string;
      readonly reason: string;
      readonly claimable: string;
      readonly slashProceeds: string;
    }
    const refunded = (ran: Ran) => {
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const { steps, status, reason, ...amounts } = json<Refund>(ran);
      return { ...amounts, outcome: [...steps.map(({ step }) => step), status, reason] };
    };

    before(() => net.list(SCRIPTED, unserved));

    it("refuses a job that was answered, and one that there is not", async () => {
      expect(errorOf(await refund(999n)).code).to.equal("JobUnknown");
      const { jobId } = json<{ jobId: number }>(await infer("tiny", await file("input.json", "[1,2,3]")));
      expect(errorOf(await refund(BigInt(jobId))).code).to.equal("JOB_SETTLED");
    });

    it("refuses a stranger's job while it is drawn, saying until when, and cancels one's own", async () => {
      const jobId = await request();
      const error = errorOf(await refund(jobId, STRANGER));
      expect(error.code).to.equal("JOB_NOT_OVERDUE");
      expect(error.message).to.match(/until \d{4}-\d\d-\d\d/);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["cancelJob", "refunded", "cancelled"]);
      expect(refunded(await refund(jobId)).outcome, "once more").to.deep.equal(["refunded", "cancelled"]);
    });

    it("refunds a job that nobody took in time, for anyone", async () => {
      const jobId = await request();
      await net.pass(601 + 60);
      expect(refunded(await refund(jobId, STRANGER)).outcome).to.deep.equal(["refundJob", "refunded", "noProvider"]);
    });

    it("refuses an assigned job until its answer is due, then ends it and pays out fee and slashed bond", async () => {
      const jobId = await request();
      await net.assign(SCRIPTED, jobId);
      const error = errorOf(await refund(jobId));
      expect(error.code).to.equal("JOB_NOT_OVERDUE");
      expect(error.message).to.match(/until \d{4}-\d\d-\d\d/);

      await net.pass(121);
      const { outcome, claimable, slashProceeds } = refunded(await refund(jobId));
      expect(outcome).to.deep.equal(["expireAssignment", "cancelJob", "refunded", "cancelled"]);
      expect(slashProceeds).to.equal(ether(50));

      const to = net.account(STRANGER).address;
      expect(json(await run("withdraw", "--to", to, ...as(1)))).to.deep.include({ amount: claimable, to });
      expect(errorOf(await run("withdraw", ...as(1))).code).to.equal("NothingClaimable");
      const paid = json(await run("withdraw", "--slash-proceeds", ...as(1)));
      expect(paid).to.deep.include({ amount: slashProceeds, to: net.account(1).address });
      expect(errorOf(await run("withdraw", "--slash-proceeds", ...as(1))).code).to.equal("NothingToWithdraw");
    });

    it("leaves a job to its requester when a stranger ends an assignment", async () => {
      const jobId = await request();
      await net.assign(SCRIPTED, jobId);
      await net.pass(121);
      const left = refunded(await refund(jobId, STRANGER));
      expect(left.outcome).to.deep.equal(["expireAssignment", "requested", "providerTimeout"]);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["cancelJob", "refunded", "cancelled"]);
    });

    it("pays the treasury its part of slashed bonds, and refuses to send it elsewhere", async () => {
      const to = net.account(STRANGER).address;
      for (const what of ["--slash-proceeds", "--bond-proceeds", "--stake"]) {
        expect(errorOf(await run("provider", "withdraw", what, "--to", to, ...as(0))).code, what).to.equal("USAGE");
      }
      const paid = json(await run("provider", "withdraw", "--slash-proceeds", ...as(0)));
      expect(paid).to.deep.include({ amount: ether(100), to: net.account(0).address });
    });

    it("is what infer points to when nobody answers in time", async () => {
      const times = ["--draw-seconds", "10", "--answer-seconds", "10", "--open-seconds", "0"];
      const input = await file("input.json", "[1,2,3]");
      const error = errorOf(await infer("tiny", input, "--fee", "0.00000000000000001", ...times));
      expect(error.code).to.match(/^JOB_(UNANSWERED|REFUNDED)$/);
      if (error.code === "JOB_REFUNDED") return;
      const jobId = BigInt(/verimesh refund (\d+)/.exec(error.details!)![1]!);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["refundJob", "refunded", "noProvider"]);
    });
  });

  it("prints tables without colours to what is no terminal", async () => {
    const { stdout } = await run("models", ...flags.filter((flag) => flag !== "--json"));
    expect(stdout).to.contain("tiny").and.contain("insecure-dev");
    expect(stdout).not.to.contain("\u001b[");
  });
});
