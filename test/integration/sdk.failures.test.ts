import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jobMarketAbi } from "@verimesh/abi";
import { checkDeployment, getDrawHeader, type MarketJob, verimeshActions } from "@verimesh/sdk";
import { assert } from "chai";
import { createPublicClient, createWalletClient, custom, http, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { assign, expectError, type Fixture, mineSeed, proofFor, sdkFixture, serve, settle } from "./sdkFixture.ts";

describe("sdk: a chain that fails", () => {
  let world: Fixture;
  before(async () => {
    world = await sdkFixture();
    await serve(world.provider, { capacity: 20 });
  });

  /** The chain behind a wire that a test can cut, change or delay. */
  function wire(intercept: (method: string, parameters: unknown[], pass: () => Promise<unknown>) => Promise<unknown>) {
    const request = ({ method, params }: { method: string; params?: unknown }) =>
      intercept(method, (params ?? []) as unknown[], () => world.provider.request({ method, params } as never));
    const transport = custom({ request }, { retryCount: 0 });
    const { account } = world.provider;
    return createWalletClient({ account: account.address, transport }).extend(verimeshActions(world.deployment));
  }

  it("names a node that is not there, without the key in its address", async () => {
    const transport = http("http://user:secret@127.0.0.1:1/v3/api-key?token=t0ken", { retryCount: 0 });
    const client = createPublicClient({ transport }).extend(verimeshActions(world.deployment));
    const error = await expectError("RPC_UNREACHABLE", () => client.getJob({ jobId: 1n }));
    assert.include(error.shortMessage, "http://127.0.0.1:1");
    assert.notMatch(error.message + String(error.cause) + error.stack, /secret|api-key|t0ken/);
  });

  it("names a node that does not speak JSON-RPC, or answers too late", async () => {
    const servers: Server[] = [];
    const serve = async (answer: string | undefined): Promise<string> => {
      const server = createServer((_, response) => (answer === undefined ? undefined : response.end(answer)));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    try {
      for (const answer of ["<html>", undefined]) {
        const transport = http(await serve(answer), { retryCount: 0, timeout: 100 });
        const client = createPublicClient({ transport }).extend(verimeshActions(world.deployment));
        await expectError("RPC_UNREACHABLE", () => client.checkDeployment());
      }
    } finally {
      for (const server of servers) server.close().closeAllConnections();
    }
  });

  it("refuses another chain and a chain without the contracts", async () => {
    const elsewhere = { ...world.deployment, chainId: 1 };
    await expectError("CHAIN_MISMATCH", () => checkDeployment(world.publicClient, { deployment: elsewhere }));
    const client = createWalletClient({ account: world.requester.account.address, transport: custom(world.provider) });
    const other = client.extend(verimeshActions(elsewhere));
    await expectError("CHAIN_MISMATCH", () => other.requestJob(world.request));
    const empty = { ...world.deployment, jobMarket: world.stranger.account.address };
    const error = await expectError("CONTRACT_MISSING", () =>
      checkDeployment(world.publicClient, { deployment: empty }),
    );
    assert.include(error.shortMessage, "jobMarket");
    await expectError("CONTRACT_MISSING", () => client.extend(verimeshActions(empty)).getJob({ jobId: 1n }));
    await checkDeployment(world.publicClient, { deployment: world.deployment });
  });

  it("refuses to write without an account, and with one that cannot pay for gas", async () => {
    const transport = custom(world.provider);
    const nobody = createWalletClient({ transport }).extend(verimeshActions(world.deployment));
    await expectError("ACCOUNT_MISSING", () => nobody.requestJob(world.request));
    const account = privateKeyToAccount(generatePrivateKey());
    const poor = createWalletClient({ account, transport }).extend(verimeshActions(world.deployment));
    const error = await expectError("FUNDS_INSUFFICIENT", () => poor.requestJob(world.request));
    assert.include(error.shortMessage, "short of 0.01 ETH");
    await world.deployer.sendTransaction({ to: account.address, value: parseEther("0.01") });
    await expectError("FUNDS_INSUFFICIENT", () => poor.requestJob(world.request));
  });

  it("says that the wallet's owner rejected the transaction", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    const client = wire(async (method, _, pass) => {
      if (method === "eth_sendTransaction") throw Object.assign(new Error("User rejected"), { code: 4001 });
      return pass();
    });
    await mineSeed(world);
    await expectError("TRANSACTION_REJECTED", () => client.assignJob({ jobId }));
  });

  it("leaves room for what others make dearer between estimate and inclusion", async () => {
    const estimates: bigint[] = [];
    const client = wire(async (method, _parameters, pass) => {
      const result = await pass();
      if (method === "eth_estimateGas") estimates.push(BigInt(result as string));
      return result;
    });
    const { transactionHash } = await client.requestJob(world.request);
    const { gas } = await world.publicClient.getTransaction({ hash: transactionHash });
    assert.equal(gas, (estimates.at(-1)! * 5n) / 4n);
  });

  it("names the reason of a transaction that was overtaken between simulation and inclusion", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    await mineSeed(world);
    const { drawBlock } = await world.stranger.getJob({ jobId });
    const { seedDelayBlocks } = await world.stranger.getMarketTerms();
    const header = await getDrawHeader(world.publicClient, drawBlock + seedDelayBlocks);
    const rpc = (method: string, ...params: unknown[]) => world.provider.request({ method, params } as never);
    const client = wire(async (method, parameters, pass) => {
      if (method !== "eth_sendTransaction") return pass();
      await rpc("evm_setAutomine", false);
      try {
        const { abi, functionName } = { abi: jobMarketAbi, functionName: "assignJob" } as const;
        const fees = { gas: 900_000n, maxPriorityFeePerGas: 50n * 10n ** 9n, maxFeePerGas: 100n * 10n ** 9n };
        await world.stranger.writeContract({
          address: world.deployment.jobMarket,
          abi,
          functionName,
          args: [jobId, header],
          ...fees,
        });
        const hash = await rpc("eth_sendTransaction", { ...(parameters[0] as object), gas: "0xdbba0" });
        await rpc("evm_mine");
        return hash;
      } finally {
        await rpc("evm_setAutomine", true);
      }
    });
    const error = await expectError("JobNotInStatus", () => client.assignJob({ jobId }));
    assert.include(error.shortMessage, "is assigned");
  });

  it("halves a range of blocks that the node refuses", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    await settle(world, jobId);
    await world.networkHelpers.mine(40);
    const asked: number[] = [];
    const client = wire(async (method, parameters, pass) => {
      if (method !== "eth_getLogs") return pass();
      const { fromBlock, toBlock } = (parameters as [{ fromBlock: string; toBlock: string }])[0];
      asked.push(Number(toBlock) - Number(fromBlock) + 1);
      if (asked.at(-1)! > 10) throw Object.assign(new Error("query exceeds max block range 10"), { code: -32005 });
      return pass();
    });
    assert.equal((await client.getProof({ jobId })).jobId, jobId);
    assert.isAbove(asked.length, 4);
    const blocked = wire(async (method, _, pass) => {
      if (method === "eth_getLogs") throw Object.assign(new Error("no logs here"), { code: -32005 });
      return pass();
    });
    await expectError("RPC_FAILED", () => blocked.getProof({ jobId }));
  });

  it("waits for a job through an outage, and gives up on one that lasts", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    let down = false;
    let refused = 0;
    const client = wire(async (_, __, pass) => {
      if (!down) return pass();
      if (++refused === 3) down = false;
      throw new Error("socket hang up");
    });
    const seen: MarketJob[] = [];
    const waiting = client.waitForJob({
      jobId,
      pollingIntervalMs: 2,
      onStatus: (job) => {
        seen.push(job);
        if (seen.length === 1) down = true;
      },
    });
    while (refused < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    await settle(world, jobId);
    assert.equal((await waiting).status, "settled");
    const dead = wire(async () => Promise.reject(new Error("socket hang up")));
    await expectError("RPC_FAILED", () => dead.waitForJob({ jobId, pollingIntervalMs: 1, maxOutageMs: 20 }));
  });

  it("is not fooled by events that another contract logs", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    await assign(world, jobId);
    const answer = await proofFor(world, world.provider, jobId);
    const client = wire(async (method, _, pass) => {
      const receipt = (await pass()) as { logs: { address: string }[] } | null;
      if (method !== "eth_getTransactionReceipt" || receipt === null) return receipt;
      return { ...receipt, logs: receipt.logs.map((log) => ({ ...log, address: world.deployment.token })) };
    });
    const submitted = await client.submitProof(answer);
    assert.isEmpty(submitted.payments);
    assert.equal(submitted.unspent, 0n);
  });
});
