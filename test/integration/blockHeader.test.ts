import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { assert } from "chai";
import { network } from "hardhat";
import { createTestClient, fromRlp, type Hex, http, keccak256, publicActions, walletActions } from "viem";
import { foundry } from "viem/chains";
import { getDrawHeader } from "../../packages/sdk/src/provider/blockHeader.ts";

const RECIPIENT = "0x00000000000000000000000000000000000000aa";
const PREVRANDAO = "0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef";

describe("Headers of a real chain", () => {
  it("are those of Hardhat's blocks, also with transactions in them", async () => {
    const { viem, networkHelpers } = await network.create();
    const client = await viem.getPublicClient();
    const [wallet] = await viem.getWalletClients();
    await networkHelpers.setPrevRandao(BigInt(PREVRANDAO));
    await wallet!.sendTransaction({ to: RECIPIENT, value: 1n });
    await networkHelpers.mine(300);
    await wallet!.sendTransaction({ to: RECIPIENT, value: 1n });
    for (const number of [0n, 1n, 2n, 255n, 256n, 302n]) {
      const block = await client.getBlock({ blockNumber: number });
      const header = await getDrawHeader(client, number);
      assert.equal(keccak256(header), block.hash);
      assert.equal(randomnessOf(header), block.mixHash);
    }
    assert.equal(randomnessOf(await getDrawHeader(client, 1n)), PREVRANDAO);
  });

  it("are those of anvil's blocks, of every fork since London", async function () {
    const anvil = anvilBinary();
    if (anvil === undefined) return this.skip();
    for (const fork of ["london", "paris", "shanghai", "cancun", "prague"]) {
      const { client, stop } = await startAnvil(anvil, fork);
      try {
        const hash = await client.sendTransaction({ to: RECIPIENT, value: 1n });
        await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
        await client.mine({ blocks: 2 });
        for (const number of [1n, 3n]) {
          const block = await client.getBlock({ blockNumber: number });
          const header = await getDrawHeader(client, number);
          assert.equal(keccak256(header), block.hash, fork);
          assert.equal(randomnessOf(header), block.mixHash, fork);
        }
      } finally {
        await stop();
      }
    }
  });
});

function randomnessOf(header: Hex): Hex {
  return (fromRlp(header) as Hex[])[13]!;
}

/** An optional package: not every platform has it. */
function anvilBinary(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json");
    const binary = join(dirname(manifest), "bin", "anvil");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

async function startAnvil(binary: string, fork: string) {
  const process = spawn(binary, ["--host", "127.0.0.1", "--port", "0", "--hardfork", fork], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => process.once("exit", () => resolve()));
  const url = `http://${await addressOf(process)}`;
  const [account] = await createTestClient({ mode: "anvil", chain: foundry, transport: http(url) })
    .extend(walletActions)
    .getAddresses();
  const client = createTestClient({ account: account!, mode: "anvil", chain: foundry, transport: http(url) })
    .extend(publicActions)
    .extend(walletActions);
  const stop = (): Promise<void> => {
    process.kill();
    return exited;
  };
  return { client, stop };
}

/** anvil says where it listens once it does. */
function addressOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    process.once("error", reject);
    process.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${output}`)));
    process.stdout!.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
