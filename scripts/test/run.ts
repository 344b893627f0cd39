/**
 * Every test there is: packages (mocha through turbo), then contracts, gas and integration in TypeScript, on Hardhat's chain
 * and those that talk to a chain alone also on anvil, and beside these contracts in Solidity, shown when it is over. Prints
 * `N passed, N failed` last; exits non-zero if anything failed or a suite ran no test. `--deep` raises the number of random
 * cases and adds the long suites.
 */
import { spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { countTests, failuresIn, type Counts } from "./countTests.ts";

interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it may run no test: anvil is not there for every platform. */
  readonly optional?: boolean;
}

const deep = process.argv.includes("--deep");
/** The workers' tests take minutes; on Hardhat's chain they run every time. */
const onAnvil = globSync([
  "test/contracts/{deploy,flows}/*.test.ts",
  `test/integration/${deep ? "{sdk,worker}" : "sdk"}.*.test.ts`,
]).sort();

const packages: Suite = {
  name: "packages",
  command: ["turbo", "run", "test", "--concurrency=2", "--output-logs=full", "--continue"],
};
const solidity: Suite = { name: "contracts in Solidity", command: ["hardhat", "test", "solidity"] };
/** Of contracts that are built before: two processes that build would be in each other's way. */
const typescript: readonly Suite[] = [
  { name: "contracts, gas and integration in TypeScript", command: ["hardhat", "test", "mocha", "--no-compile"] },
  {
    name: "contracts and integration on anvil",
    command: ["hardhat", "test", "mocha", "--no-compile", ...onAnvil],
    env: { VERIMESH_CHAIN: "anvil" },
    optional: true,
  },
];

const total: Counts = { passed: 0, failed: 0 };
const broken: string[] = [];
let failures = "";
await run(packages, "shown");
spawnSync("hardhat", ["build", "--quiet", "--no-tests"], { stdio: "inherit" });
const beside = run(solidity, "kept");
for (const suite of typescript) await run(suite, "shown");
await beside;
// Again at the end, where a log that is cut still shows it.
if (failures !== "") process.stdout.write(`\n${failures}\n`);
if (broken.length > 0) process.stdout.write(`\nFailed: ${broken.join(", ")}\n`);
// A suite that broke before it could count a failure is one failure all the same.
const failed = Math.max(total.failed, broken.length);
process.stdout.write(`\n${total.passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** @param output `kept` until the suite is over, where another one writes meanwhile */
async function run(suite: Suite, show: "shown" | "kept"): Promise<void> {
  const head = `\n── ${suite.name} ──\n`;
  if (show === "shown") process.stdout.write(head);
  const started = performance.now();
  const { status, counts, output } = await runSuite(suite, show);
  if (show === "kept") process.stdout.write(`${head}${output}`);
  failures += failuresIn(output);
  total.passed += counts.passed;
  total.failed += counts.failed;
  const ranNone = counts.passed === 0 && suite.optional !== true;
  if (status !== 0 || ranNone) broken.push(suite.name);
  process.stdout.write(`── ${suite.name}: ${Math.round((performance.now() - started) / 1000)} s ──\n`);
}

function runSuite(suite: Suite, show: "shown" | "kept"): Promise<{ status: number; counts: Counts; output: string }> {
  const [command, ...args] = suite.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...suite.env, ...(deep && { VERIMESH_DEEP: "1" }) },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (show === "shown") process.stdout.write(chunk);
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, counts: countTests(output), output }));
  });
}
