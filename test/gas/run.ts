/**
 * `npm run gas`: the gas of each operation on a chain in this process, with the contracts as they are now. `-- --json` ends
 * with one line, a JSON object from operation to gas.
 */
import { spawnSync } from "node:child_process";
import Table from "cli-table3";
import { measureGas } from "./measureGas.ts";

// The test runner loads every file of this folder.
if (import.meta.main) await printGas();

async function printGas(): Promise<void> {
  const json = process.argv.includes("--json");
  const built = spawnSync("hardhat", ["build", "--quiet", "--no-tests"], { stdio: ["ignore", 2, 2] });
  if (built.status !== 0) {
    process.stderr.write("hardhat build failed: see above.\n");
    process.exit(1);
  }
  const gas = await measureGas();
  const table = new Table({
    head: ["operation", "gas"],
    colAligns: ["left", "right"],
    style: { head: [], border: [] },
  });
  for (const [operation, used] of Object.entries(gas)) table.push([operation, used.toLocaleString("en")]);
  (json ? process.stderr : process.stdout).write(`${table.toString()}\n`);
  if (json) process.stdout.write(`${JSON.stringify(gas)}\n`);
  process.exit();
}
