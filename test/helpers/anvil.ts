/** anvil, the second chain that the flows run on: an optional package, which not every platform has. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Socket } from "node:net";

export interface Anvil {
  readonly rpcUrl: string;
  readonly stop: () => void;
}

export interface AnvilOptions {
  /** Where the chain's clock starts. Default: now. */
  readonly initialDate?: Date;
}

/** The path of the binary, if its package is there. */
export function findAnvil(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json");
    const binary = join(dirname(manifest), "bin", "anvil");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts a fresh chain on a free port of 127.0.0.1: chain id 31337, a block per transaction, Hardhat's twenty
 * accounts.
 *
 * It ends with `stop`, and when this process does, however that ends: the shell that runs it waits for its input to close.
 *
 * @throws if the package is not installed, or anvil does not start
 */
export async function startAnvil({ initialDate }: AnvilOptions = {}): Promise<Anvil> {
  const binary = findAnvil();
  if (binary === undefined) throw new Error("anvil is not installed: @foundry-rs/anvil-linux-amd64 is optional.");
  const args = ["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337", "--hardfork", "prague"];
  args.push("--accounts", "20", "--balance", "10000");
  if (initialDate) args.push("--timestamp", String(Math.floor(initialDate.getTime() / 1000)));
  const shell = spawn("sh", ["-c", '"$@" & cat > /dev/null; kill $!', "sh", binary, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const rpcUrl = await new Promise<string>((resolve, reject) => {
    let output = "";
    shell.once("error", reject);
    shell.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${output}`)));
    shell.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
  // What anvil prints from here on is read and dropped, and keeps no test run from ending.
  shell.stdout.removeAllListeners("data").resume();
  shell.unref();
  (shell.stdout as Socket).unref();
  (shell.stdin as Socket).unref();
  return { rpcUrl, stop: () => void shell.stdin.end() };
}
