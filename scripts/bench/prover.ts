/**
 * `npm run bench:prover`: snarkjs and the native prover on the same keys and witnesses, in turns, each run in a process of its
 * own; every proof is verified. `RAPIDSNARK=/path/to/prover` puts that program beside them. `-- --runs 3` changes the number
 * of runs from five, of which the median is shown; `-- --json` ends with one line of JSON.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { NativeGroth16 } from "@verimesh/prover";
import { median } from "./median.ts";
import { makeProverCircuit, type ProverCircuit } from "./proverCircuit.ts";
import { proverModels } from "./proverModels.ts";
import type { Cost, ProverRun } from "./proverRun.ts";

interface Measurement extends Omit<ProverCircuit, "zkey" | "wtns"> {
  readonly name: string;
  readonly runs: Readonly<Record<string, readonly ProverRun[]>>;
}

const json = process.argv.includes("--json");
const out = json ? process.stderr : process.stdout;
const runsAt = process.argv.indexOf("--runs");
const wanted = runsAt < 0 ? 5 : Number(process.argv[runsAt + 1]);
/** snarkjs takes a minute for two proofs of this size. */
const MOST_RUNS_ABOVE = { constraints: 100_000, runs: 3 };
const directory = mkdtempSync(join(tmpdir(), "verimesh-bench-"));
try {
  const { engine } = await NativeGroth16.load();
  const measurements: Measurement[] = [];
  for (const [name, make] of Object.entries(proverModels)) {
    out.write(`${name}: compiling, linking, setting up …\n`);
    const { zkey, wtns, ...circuit } = await makeProverCircuit(name, make(), directory);
    const count = circuit.constraints > MOST_RUNS_ABOVE.constraints ? Math.min(wanted, MOST_RUNS_ABOVE.runs) : wanted;
    out.write(`${name}: proving ${count} times with each …\n`);
    const runs: Record<string, ProverRun[]> = { snarkjs: [], native: [] };
    for (let i = 0; i < count; i++) {
      for (const prover of ["snarkjs", "native"]) runs[prover]!.push(runProver(prover, zkey, wtns));
      if (process.env["RAPIDSNARK"]) (runs["rapidsnark"] ??= []).push(runRapidsnark(zkey, wtns));
    }
    measurements.push({ name, ...circuit, runs });
  }
  for (const measurement of measurements) out.write(`\n${table(measurement)}\n`);
  const load = loadavg()[0]!.toFixed(1);
  out.write(
    `\n${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} threads, load ${load} at the end, ` +
      `native engine ${engine}, Node ${process.version}\n`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ engine, measurements })}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();

function runProver(prover: string, zkey: string, wtns: string): ProverRun {
  const script = join(import.meta.dirname, "proverRun.ts");
  const args = ["--disable-warning=ExperimentalWarning", script, prover, zkey, wtns];
  const printed = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(printed) as ProverRun;
}

/** Its process begins and ends with a proof: it has no key in memory, and its start is counted. */
function runRapidsnark(zkey: string, wtns: string): ProverRun {
  const started = performance.now();
  const outputs = ["proof.json", "public.json"].map((file) => join(directory, file));
  // The shell's `times` ends with the time of its children.
  const done = spawnSync("sh", ["-c", '"$0" "$@" >&2 && times', process.env["RAPIDSNARK"]!, zkey, wtns, ...outputs], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`${process.env["RAPIDSNARK"]} failed: ${done.stderr}`);
  const wallSeconds = (performance.now() - started) / 1000;
  const children = done.stdout.trim().split("\n").at(-1)!;
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
  const cost = { wallSeconds, cpuSeconds };
  return { fromFile: cost, keyInMemory: cost, peakBytes: Number.NaN };
}

function table({ name, runs, ...circuit }: Measurement): string {
  const provers = Object.keys(runs);
  const result = new Table({
    head: [`${name}: ${circuit.constraints.toLocaleString("en")} constraints`, ...provers, "snarkjs ÷ native"],
    colAligns: ["left", ...provers.map(() => "right" as const), "right"],
    style: { head: [], border: [] },
  });
  const row = (title: string, of: (run: ProverRun) => number, show: (value: number) => string) => {
    const medians = provers.map((prover) => median(runs[prover]!.map(of)));
    result.push([title, ...medians.map(show), `${(medians[0]! / medians[1]!).toFixed(1)} ×`]);
  };
  const cost = (title: string, of: (run: ProverRun) => Cost) => {
    row(`${title}, wall`, (run) => of(run).wallSeconds, seconds);
    row(`${title}, CPU`, (run) => of(run).cpuSeconds, seconds);
  };
  cost("files to proof", ({ fromFile }) => fromFile);
  cost("key in memory", ({ keyInMemory }) => keyInMemory);
  row(
    "peak memory",
    ({ peakBytes }) => peakBytes,
    (bytes) => (Number.isNaN(bytes) ? "not known" : `${Math.round(bytes / 2 ** 20)} MiB`),
  );
  const { weights, linkSeconds, setupSeconds, setupCpuSeconds, executeSeconds, witnessSeconds } = circuit;
  const made = [
    `${weights.toLocaleString("en")} weights linked in ${seconds(linkSeconds)}`,
    `key made natively in ${seconds(setupSeconds)} (CPU ${seconds(setupCpuSeconds)})`,
    `model run in ${seconds(executeSeconds)}, witness in ${seconds(witnessSeconds)}`,
  ];
  return `${result.toString()}\n${made.join(" · ")}`;
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(2)} s`;
}
