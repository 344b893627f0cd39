import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromSolidityProof, inputWords, jobBinding, runReference, type IntegerModel } from "@verimesh/core";
import { dense, tinyDenseModel } from "@verimesh/core/testing";
import { jobMarketAbi } from "@verimesh/abi";
import { expect } from "chai";
import { errorOf, run, type Ran } from "../../packages/cli/test/run.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { forger, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const words = tinyDenseModel();
/** Too many inputs to be public themselves: the requester commits to them and publishes them. */
const committed: IntegerModel = {
  format: "verimesh-integer-model/1",
  inputShape: [200],
  layers: [
    dense(
      "logits",
      Array.from({ length: 200 }, (_, i) => [i % 7, -(i % 5)]),
      [0, 0],
    ),
  ],
  output: "argmax",
};

describe("verimesh on a chain", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let flags: string[];
  let directory: string;
  const workingDirectory = process.cwd();

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    const { files, prover } = forger(words);
    await net.publish(words, { ...files, name: "tiny" });
    await net.publish(committed, { ...forger(committed).files, name: "wide" });
    await net.stake(PROVIDER);
    await net.stake(3);
    await workers.start(PROVIDER, { prover, terms: { models: [1n], minimumFee: 1000n } });
    await workers.start(3, { prover: forger(committed).prover, terms: { models: [2n], minimumFee: 1000n } });
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
    const jobId = await net.request(2n, new Uint8Array(200), { fee: 1n });
    expect(errorOf(await run("verify", String(jobId), ...flags)).code).to.equal("JOB_NOT_SETTLED");
    await net.send(1, net.cancelCall(jobId));
  });

  it("gets the reference's answer from a model and checks its proof both ways", async () => {
    const input = await file("input.json", "[3,200,41]");
    const ran = await run("infer", "tiny", "--input", input, ...as(1));
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
    const ran = await run("infer", "2", "--input", await file("input.bin", input), "--fee", "0.5", ...as(1));
    expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
    const { output } = json<{ output: { index: number } }>(ran);
    expect(output.index).to.equal(runReference(committed, input).output[0]);
  });

  it("finds out a manifest whose key is not the verifier's, and ends with status 1", async () => {
    const key = createForgingKey(3, 5n);
    const { files } = forger(words);
    const modelId = await net.publish(words, { ...files, encodedKey: key.verificationKey });
    const input = Uint8Array.of(3, 200, 41);
    const jobId = await net.request(modelId, input);
    await net.send(PROVIDER, net.claimCall(jobId));
    const { chainId, jobMarket: market } = net.deployment;
    const binding = jobBinding({ chainId, market, jobId, provider: net.account(PROVIDER).address });
    const proof = key.prove([1n, ...inputWords(input), binding]);
    expect(fromSolidityProof(proof).c).to.have.length(2);
    const args = [jobId, inputWords(input), [1n], proof];
    await net.send(PROVIDER, { address: market, abi: jobMarketAbi, functionName: "submitProof", args });
    const ran = await run("verify", String(jobId), ...flags);
    expect(ran.status).to.equal(1);
    const checks = { valid: false, keyMatchesVerifier: false, snarkjs: false, contract: true };
    expect(json(ran)).to.deep.include(checks);
  });

  it("lists models, shows providers, and moves stake and earnings", async () => {
    const { models } = json<{ models: { name: string }[] }>(await run("models", ...flags));
    expect(models.slice(0, 2).map(({ name }) => name)).to.deep.equal(["tiny", "wide"]);
    const staked = json<{ active: string }>(await run("provider", "stake", "5", ...as(0)));
    expect(staked.active).to.equal((5n * 10n ** 18n).toString());
    const left = json<{ unbonding: string }>(await run("provider", "unstake", "2.5", ...as(0)));
    expect(left.unbonding).to.equal((25n * 10n ** 17n).toString());
    expect(errorOf(await run("provider", "unstake", "99", ...as(0))).code).to.equal("StakeInsufficient");
    const status = json<{ providers: { claimableWei: string }[] }>(await run("provider", "status", ...as(3)));
    const earned = status.providers[0]!.claimableWei;
    expect(BigInt(earned) > 0n).to.equal(true);
    expect(json(await run("provider", "withdraw", ...as(3)))).to.deep.include({ amount: earned });
    expect(errorOf(await run("provider", "withdraw", ...as(3))).code).to.equal("NothingClaimable");
  });

  describe("refund", () => {
    const IDLER = 5;
    const STRANGER = 6;
    const fee = 10n;
    const refund = (jobId: bigint, account = 1) => run("refund", String(jobId), ...as(account));
    const request = () => net.request(1n, Uint8Array.of(1, 2, 3), { fee });
    const pass = async (seconds: number): Promise<void> => {
      await net.client.increaseTime({ seconds });
      await net.client.mine({ blocks: 1 });
    };
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

    before(() => net.stake(IDLER));

    it("refuses a job that was answered, and one that there is not", async () => {
      expect(errorOf(await refund(999n)).code).to.equal("JobUnknown");
      const input = await file("input.json", "[1,2,3]");
      const { jobId } = json<{ jobId: number }>(await run("infer", "tiny", "--input", input, ...as(1)));
      expect(errorOf(await refund(BigInt(jobId))).code).to.equal("JOB_SETTLED");
    });

    it("refuses a stranger's open job, saying until when, and cancels one's own", async () => {
      const jobId = await request();
      const error = errorOf(await refund(jobId, STRANGER));
      expect(error.code).to.equal("JobStillOpen");
      expect(error.message).to.match(/until \d{4}-\d\d-\d\d/);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["cancelled", "refunded", "cancelled"]);
      expect(refunded(await refund(jobId)).outcome, "once more").to.deep.equal(["refunded", "cancelled"]);
    });

    it("refunds a job that nobody claimed in time, for anyone", async () => {
      const jobId = await request();
      await pass(601);
      expect(refunded(await refund(jobId, STRANGER)).outcome).to.deep.equal(["refunded", "refunded", "noProvider"]);
    });

    it("refuses a claimed job until the proof is due, then ends the claim and pays out fee and slashed bond", async () => {
      const jobId = await request();
      await net.send(IDLER, net.claimCall(jobId));
      const error = errorOf(await refund(jobId));
      expect(error.code).to.equal("ProveDeadlineNotPassed");
      expect(error.message).to.match(/until \d{4}-\d\d-\d\d/);

      await pass(121);
      const { outcome, claimable, slashProceeds } = refunded(await refund(jobId));
      expect(outcome).to.deep.equal(["expired", "cancelled", "refunded", "cancelled"]);
      expect(BigInt(slashProceeds)).to.equal(50n * 10n ** 18n);

      const to = net.account(STRANGER).address;
      expect(json(await run("withdraw", "--to", to, ...as(1)))).to.deep.include({ amount: claimable, to });
      expect(errorOf(await run("withdraw", ...as(1))).code).to.equal("NothingClaimable");
      const paid = json(await run("withdraw", "--slash-proceeds", ...as(1)));
      expect(paid).to.deep.include({ amount: slashProceeds, to: net.account(1).address });
      expect(errorOf(await run("withdraw", "--slash-proceeds", ...as(1))).code).to.equal("NothingToWithdraw");
    });

    it("leaves a claim's job open to its requester when a stranger ends the claim", async () => {
      const jobId = await request();
      await net.send(IDLER, net.claimCall(jobId));
      await pass(121);
      expect(refunded(await refund(jobId, STRANGER)).outcome).to.deep.equal(["expired", "requested", "none"]);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["cancelled", "refunded", "cancelled"]);
    });

    it("pays the treasury its part of slashed bonds, and refuses to send it elsewhere", async () => {
      const to = net.account(STRANGER).address;
      for (const what of ["--slash-proceeds", "--stake"]) {
        expect(errorOf(await run("provider", "withdraw", what, "--to", to, ...as(0))).code, what).to.equal("USAGE");
      }
      const paid = json(await run("provider", "withdraw", "--slash-proceeds", ...as(0)));
      expect(paid).to.deep.include({ amount: (100n * 10n ** 18n).toString(), to: net.account(0).address });
    });

    it("is what infer points to when nobody answers in time", async () => {
      const input = await file("input.json", "[1,2,3]");
      const terms = ["--fee", "0.00000000000000001", "--claim-seconds", "10", "--prove-seconds", "10"];
      const error = errorOf(await run("infer", "tiny", "--input", input, ...terms, ...as(1)));
      expect(error.code).to.equal("JOB_UNANSWERED");
      await net.client.mine({ blocks: 1 });
      const jobId = BigInt(/verimesh refund (\d+)/.exec(error.details!)![1]!);
      expect(refunded(await refund(jobId)).outcome).to.deep.equal(["refunded", "refunded", "noProvider"]);
    });
  });

  it("prints tables without colours to what is no terminal", async () => {
    const { stdout } = await run("models", ...flags.filter((flag) => flag !== "--json"));
    expect(stdout).to.contain("tiny").and.contain("insecure-dev");
    expect(stdout).not.to.contain("\u001b[");
  });
});
