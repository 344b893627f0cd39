/**
 * `npm run bench`: what each example model costs, measured on this machine as it is now. Training, circuit and key are
 * made anew in a cache folder of their own; times are wall clock, witness, proof and verification the median of five.
 * `-- lenet encoder` measures some of them, `-- --json` ends with one line of JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { benchModels } from "../models/exampleModels.ts";
import { measureGas } from "./measureGas.ts";
import { measureModel, type ModelMeasurement } from "./measureModel.ts";

const json = process.argv.includes("--json");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const selected = benchModels.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (selected.length === 0) {
  process.stderr.write(`No such model. Expected some of ${benchModels.map(({ name }) => name).join(", ")}.\n`);
  process.exit(2);
}
const out = json ? process.stderr : process.stdout;
const cache = mkdtempSync(join(tmpdir(), "verimesh-bench-"));
process.env["XDG_CACHE_HOME"] = cache;
try {
  const models: (ModelMeasurement & { gas: { request: number; submit: number } })[] = [];
  for (const example of selected) {
    const { prepared, proven, measurement } = await measureModel(example, (text) => void out.write(`${text}\n`));
    models.push({ ...measurement, gas: await measureGas(prepared, proven) });
  }
  out.write(`\n${table(models)}\n`);
  out.write(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} threads, Node ${process.version}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ models })}\n`);
} finally {
  rmSync(cache, { recursive: true, force: true });
}
process.exit();

function table(models: readonly (ModelMeasurement & { gas: { request: number; submit: number } })[]): string {
  const rows: Record<string, (model: (typeof models)[number]) => string> = {
    constraints: ({ constraints }) => constraints.toLocaleString("en"),
    weights: ({ weights }) => weights.toLocaleString("en"),
    "accuracy, float": ({ floatAccuracy }) => `${(100 * floatAccuracy).toFixed(2)} %`,
    "accuracy, integer": ({ integerAccuracy }) => `${(100 * integerAccuracy).toFixed(2)} %`,
    "train and quantize": ({ trainSeconds }) => seconds(trainSeconds),
    "compile the skeleton": ({ compileSeconds }) => seconds(compileSeconds),
    "link the weights": ({ linkSeconds }) => seconds(linkSeconds),
    "make the key": ({ setupSeconds }) => seconds(setupSeconds),
    "proving key": ({ keyBytes }) => `${(keyBytes / 2 ** 20).toFixed(1)} MiB`,
    "run on TensorFlow.js": ({ executeSeconds }) => seconds(executeSeconds),
    witness: ({ witnessSeconds }) => seconds(witnessSeconds),
    prove: ({ proveSeconds }) => seconds(proveSeconds),
    "verify (snarkjs)": ({ verifySeconds }) => seconds(verifySeconds),
    "gas of the request": ({ gas }) => gas.request.toLocaleString("en"),
    "gas of verifying and settling": ({ gas }) => gas.submit.toLocaleString("en"),
  };
  const result = new Table({
    head: ["", ...models.map(({ name }) => name)],
    colAligns: ["left", ...models.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  for (const [name, show] of Object.entries(rows)) result.push([name, ...models.map(show)]);
  return result.toString();
}

function seconds(value: number): string {
  return value < 1 ? `${(1000 * value).toFixed(value < 0.1 ? 1 : 0)} ms` : `${value.toFixed(1)} s`;
}
