/**
 * `npm start`: the whole network on this machine. A local chain with the protocol, two models that are trained and
 * registered, two workers in processes of their own, and jobs that go through every layer.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { removeLocalNetwork, writeLocalNetwork } from "@verimesh/cli";
import { VerimeshError } from "@verimesh/core";
import { Children } from "./children.ts";
import { readOptions } from "./options.ts";
import { requireFreePorts } from "./ports.ts";
import { createReporter } from "./reporter.ts";
import { runDemo } from "./runDemo.ts";

const options = readOptions(process.argv.slice(2));
const runDirectory = join(options.stateDirectory, "run");
const localNetwork = join(options.stateDirectory, "local.json");
const cleanUps: (() => Promise<void>)[] = [];
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => stopping.abort(new DOMException("The demo was stopped.", "AbortError")));
}

const reporter = createReporter(options.json ? process.stderr : process.stdout);
try {
  await requireFreePorts([
    { port: options.port, option: "--port" },
    { port: options.gatewayPort, option: "--gateway-port" },
  ]);
  rmSync(runDirectory, { recursive: true, force: true });
  const children = new Children(join(runDirectory, "logs"));
  cleanUps.push(
    () => removeLocalNetwork(localNetwork),
    () => children.stop(),
  );
  const { json, next } = await runDemo({
    options,
    reporter,
    children,
    runDirectory,
    signal: stopping.signal,
    onCleanUp: (cleanUp) => cleanUps.push(cleanUp),
    writeLocalNetwork: (network) => writeLocalNetwork(network, localNetwork),
  });
  if (options.json) process.stdout.write(`${json}\n`);
  if (!options.once) {
    for (const line of next) reporter.line(line);
    await aborted(stopping.signal);
    reporter.line("\nShutting down …");
  }
} catch (error) {
  if (!stopping.signal.aborted) {
    process.exitCode = 1;
    if (error instanceof VerimeshError) process.stderr.write(`\n${error.message}\n`);
    else process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}
// Provers' thread pools may linger for a moment; everything that had to be closed is.
process.exit();

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // A timer, since a pending promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  return new Promise((resolve) =>
    signal.addEventListener(
      "abort",
      () => {
        clearInterval(alive);
        resolve();
      },
      { once: true },
    ),
  );
}
