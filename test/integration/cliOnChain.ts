import { run, type Ran } from "../../packages/cli/test/run.ts";
import type { WorkerNetwork } from "./workerNetwork.ts";

/** Runs a command on a chain where time passes: the randomness of a draw is that of a later block. */
export async function runWithBlocks({ client }: WorkerNetwork, ...args: string[]): Promise<Ran> {
  const mining = setInterval(() => void client.mine({ blocks: 1 }), 250);
  try {
    return await run(...args);
  } finally {
    clearInterval(mining);
  }
}
