import { run, type Ran } from "../../packages/cli/test/run.ts";
import type { WorkerNetwork } from "./workerNetwork.ts";

/** Runs a command on a chain where time passes: the randomness of a draw is that of a later block. */
export async function runWithBlocks({ client }: WorkerNetwork, ...args: string[]): Promise<Ran> {
  let done = false;
  const running = run(...args).finally(() => (done = true));
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (!done) await client.mine({ blocks: 1 });
  }
  return running;
}
