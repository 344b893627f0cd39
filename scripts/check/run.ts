/**
 * `npm run check`: every check, all of them even after one has failed, as many at a time as there are cores.
 * `npm run check -- format types` runs some.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { checks, type Check } from "./checks.ts";

const wanted = process.argv.slice(2);
const selected = checks.filter((check) => wanted.length === 0 || wanted.some((word) => check.name.includes(word)));
const waiting = [...selected];
const failed: string[] = [];
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, runWaiting));
process.stdout.write(`${selected.length - failed.length} checks passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 && selected.length > 0 ? 0 : 1;

async function runWaiting(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const started = performance.now();
    const { status, output } = await runCheck(check);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${check.name} (${seconds} s)\n`);
    if (status === 0) continue;
    failed.push(check.name);
    process.stdout.write(output);
  }
}

function runCheck({ command: [program, ...args] }: Check): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ status: null, output: `${error.message}\n` }));
    child.on("close", (status) => resolve({ status, output }));
  });
}
