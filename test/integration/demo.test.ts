import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

interface DemoJson {
  readonly jobs: readonly {
    readonly id: number;
    readonly model: string;
    readonly policy: string;
    readonly status: string;
    readonly output: number;
    readonly expected: number;
    readonly gas: { readonly request: number; readonly submit: number };
    readonly constraints: number;
    readonly providers: readonly string[];
    readonly verifier: string | null;
    readonly seconds: { readonly witness: number; readonly prove: number; readonly total: number } | null;
  }[];
  readonly failures: readonly {
    readonly policy: string;
    readonly reason: string;
    readonly fee: string;
    readonly refunded: string;
    readonly slashed: string;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly floatAccuracy: number;
    readonly integerAccuracy: number;
    readonly constraints: number;
  }[];
  readonly market: { readonly balance: string; readonly openEscrow: string; readonly claimable: string };
}

const PORT = 18545;
const GATEWAY_PORT = 18090;

describe("npm start", function () {
  this.timeout(600_000);
  let state: string;
  let children: ChildProcess[];

  const start = (...args: string[]) => {
    const ports = ["--port", String(PORT), "--gateway-port", String(GATEWAY_PORT), "--state", state];
    const child = spawn(process.execPath, ["scripts/demo/start.ts", ...ports, ...args], { stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    children.push(child);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, ended, output: () => ({ stdout, stderr }) };
  };

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "verimesh-demo-"));
    children = [];
  });

  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(state, { recursive: true, force: true });
  });

  it("refuses a port that is in use, says which, and touches nothing", async () => {
    const holder = createServer().listen(PORT, "127.0.0.1");
    const { ended, output } = start("--once");
    expect(await ended).to.equal(1);
    await new Promise((resolve) => holder.close(resolve));
    expect(output().stderr).to.contain(`Port ${PORT} of 127.0.0.1 is in use.`).and.to.contain("--port");
    expect(existsSync(join(state, "run"))).to.equal(false);
  });

  it("settles every job with the answer of the reference, refunds every failure, loses no wei and ends by itself", async () => {
    const { ended, output } = start("--once", "--json");
    expect(await ended, output().stderr).to.equal(0);
    const { jobs, failures, models, market } = JSON.parse(output().stdout.trim().split("\n").at(-1)!) as DemoJson;

    expect(jobs.map(({ model, policy }) => `${model} ${policy}`)).to.deep.equal([
      "digits proof",
      "digits proof",
      "credit-risk proof",
      "credit-risk proof",
      "digits quorum",
      "digits optimistic",
    ]);
    for (const { policy, status, output: answer, expected, gas, constraints, seconds, verifier, providers } of jobs) {
      expect(status).to.equal("settled");
      expect(answer).to.equal(expected);
      for (const value of [gas.request, gas.submit, constraints]) expect(value).to.be.greaterThan(0);
      expect(providers.length).to.equal(policy === "quorum" ? 3 : 1);
      expect(verifier !== null, policy).to.equal(policy === "proof");
      expect(seconds !== null, policy).to.equal(policy === "proof");
      if (seconds === null) continue;
      expect(seconds.witness).to.be.greaterThan(0);
      expect(seconds.prove).to.be.greaterThan(0);
      expect(seconds.total).to.be.at.least(seconds.prove);
    }
    expect(failures.map(({ reason }) => reason).sort()).to.deep.equal([
      "cancelled",
      "challengeLost",
      "contentUnavailable",
      "invalidProof",
      "noMajority",
      "noProvider",
      "providerTimeout",
    ]);
    for (const { reason, fee, refunded, slashed } of failures) {
      expect(refunded, reason).to.equal(fee);
      const isFault = reason === "providerTimeout" || reason === "challengeLost";
      expect(BigInt(slashed) > 0n, reason).to.equal(isFault);
    }
    const digits = models.find(({ name }) => name === "digits")!;
    expect(digits.integerAccuracy).to.be.at.least(0.95);
    expect(Math.abs(digits.integerAccuracy - digits.floatAccuracy)).to.be.at.most(0.005);
    expect(digits.constraints).to.be.at.most(40_000);
    expect(BigInt(market.balance)).to.equal(BigInt(market.openEscrow) + BigInt(market.claimable));
    expect(BigInt(market.openEscrow)).to.equal(0n);
    expect(BigInt(market.balance) > 0n).to.equal(true);
    await expectPortsFree();
  });

  it("stays up on 127.0.0.1 alone until it is told to stop, and leaves no port held", async () => {
    const { child, ended, output } = start();
    await until(() => output().stdout.includes("Try, in another terminal"), ended);
    expect(existsSync(join(state, "local.json"))).to.equal(true);
    const answer = await fetch(`http://127.0.0.1:${GATEWAY_PORT}/healthz`);
    expect(answer.status).to.equal(200);
    for (const port of [PORT, GATEWAY_PORT]) {
      const elsewhere = await fetch(`http://127.0.0.2:${port}`).catch(() => "refused");
      expect(elsewhere, `port ${port} on another address`).to.equal("refused");
    }
    child.kill("SIGINT");
    expect(await ended).to.equal(0);
    expect(existsSync(join(state, "local.json"))).to.equal(false);
    await expectPortsFree();
  });
});

async function until(condition: () => boolean, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!condition()) {
    expect(over, "the demo ended early").to.equal(false);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function expectPortsFree(): Promise<void> {
  for (const port of [PORT, GATEWAY_PORT]) {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
    });
  }
}
