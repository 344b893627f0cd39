/**
 * The chain under a test: Hardhat's in this process or, with VERIMESH_CHAIN=anvil, anvil's in a process of its own. The
 * same tests pass on both.
 */
import { network } from "hardhat";
import { type Anvil, findAnvil, startAnvil } from "./anvil.ts";

type Connection = Awaited<ReturnType<typeof network.create>>;

const chosen = process.env["VERIMESH_CHAIN"] ?? "hardhat";
if (chosen !== "hardhat" && chosen !== "anvil") {
  throw new Error(`VERIMESH_CHAIN is ${chosen}: expected hardhat (the default) or anvil.`);
}
export const onAnvil = chosen === "anvil";

// At the root, so that it skips whatever needs a chain; not every user of this file is a test.
if (onAnvil && findAnvil() === undefined && typeof before === "function") {
  before("anvil is not installed on this platform: everything is skipped", function () {
    process.stdout.write("VERIMESH_CHAIN=anvil, but @foundry-rs/anvil-linux-amd64 is not installed: skipped.\n");
    this.skip();
  });
}

/** A test uses two chains at most; older ones are given back, or a long run would hold a process for each of its tests. */
const MAX_RUNNING = 4;
const running: Anvil[] = [];

/** A fresh chain, with Hardhat's viem clients and network helpers on it. */
export async function openChain(): Promise<Connection> {
  if (!onAnvil) return network.create();
  const { rpcUrl } = await serveAnvil();
  return network.create({ network: "localhost", override: { url: rpcUrl } });
}

export interface ServedChain {
  readonly rpcUrl: string;
  readonly close: () => Promise<void>;
}

/** A fresh chain over HTTP, for whatever runs in other processes. */
export async function serveChain({ initialDate = new Date() } = {}): Promise<ServedChain> {
  if (onAnvil) {
    const anvil = await startAnvil({ initialDate });
    const close = (): Promise<void> => {
      anvil.stop();
      return Promise.resolve();
    };
    return { rpcUrl: anvil.rpcUrl, close };
  }
  const override = { initialDate: initialDate.toISOString() };
  const server = await network.createServer({ network: "default", override }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  return { rpcUrl: `http://${address}:${port}`, close: () => server.close() };
}

async function serveAnvil(): Promise<Anvil> {
  const anvil = await startAnvil();
  running.push(anvil);
  if (running.length > MAX_RUNNING) running.shift()!.stop();
  return anvil;
}
