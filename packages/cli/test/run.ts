import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { main } from "../src/main.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process; `stdout` of a `--json` run ends in one line of JSON. */
export async function run(...args: string[]): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const collect = (add: (text: string) => void): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        add(chunk.toString());
        done();
      },
    });
  const streams = { stdout: collect((text) => (stdout += text)), stderr: collect((text) => (stderr += text)) };
  const status = await main(args, new AbortController().signal, streams);
  return { status, stdout, stderr };
}

/** The error that a `--json` run printed. */
export function errorOf({ stdout }: Ran): { code: string; message: string; details: string | null } {
  const line = stdout.trimEnd().split("\n").at(-1)!;
  return (JSON.parse(line) as { error: { code: string; message: string; details: string | null } }).error;
}

export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "verimesh-cli-"));

export const DEPLOYMENT = {
  chainId: 31337,
  token: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  verifierRegistry: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
  modelRegistry: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
  providerStaking: "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9",
  providerSelection: "0x00000000000000000000000000000000000000a1",
  quorumPolicy: "0x00000000000000000000000000000000000000a2",
  optimisticPolicy: "0x00000000000000000000000000000000000000a3",
  requestDesk: "0x00000000000000000000000000000000000000a4",
  jobQuoter: "0x00000000000000000000000000000000000000a5",
  timelock: "0x00000000000000000000000000000000000000a6",
  jobMarket: "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
  deployedAtBlock: 1,
};
