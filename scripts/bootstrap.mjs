// What `npm start`, `npm test` and their like call first. Plain JavaScript that runs on Node 20 with nothing installed: it installs
// what the lockfile names, then runs the project on Node 24, which runs TypeScript directly.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
const stampFile = join(root, "node_modules", ".verimesh-installed");
const scripts = {
  start: "scripts/demo/start.ts",
  test: "scripts/test/run.ts",
  bench: "scripts/bench/run.ts",
  gas: "test/gas/run.ts",
  "bench:prover": "scripts/bench/prover.ts",
  check: "scripts/check/run.ts",
  "check:planted": "scripts/check/planted.ts",
};

const [name, ...args] = process.argv.slice(2);
if (!(name in scripts)) fail(`bootstrap: expected one of ${Object.keys(scripts).join(", ")}, got ${name}`);
installIfMissing();
linkNode();
if (!name.startsWith("check")) buildNative();
run(nodeBinary(), [join(root, scripts[name]), ...args]);

/** Installs unless node_modules already matches package-lock.json. */
function installIfMissing() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  process.stderr.write("Installing dependencies from package-lock.json (about a minute the first time) …\n");
  npm(process.execPath, ["ci", "--loglevel=error"]);
  // npm skips optional packages whose `engines` refuse the Node it runs on (Hardhat's native binding wants 22), so on an
  // older Node a second pass on the Node just installed adds them, from the same lockfile.
  linkNode();
  if (nodeMajor() < 22) npm(nodeBinary(), ["install", "--no-save", "--loglevel=error"]);
  writeFileSync(stampFile, wanted);
}

/** npm 10 installs the packaged Node but does not link it among the other commands, as npm 11 does. */
function linkNode() {
  const target = join("..", `node-${process.platform}-${process.arch}`, "bin", "node");
  const link = join(bin, "node");
  if (existsSync(join(bin, target)) && !existsSync(link)) symlinkSync(target, link);
}

/** Compiles the native prover where there is a compiler and it is not there yet. Without one, snarkjs proves. */
function buildNative() {
  const build = join(root, "packages", "prover-native", "src", "buildNow.ts");
  const options = { cwd: root, stdio: ["ignore", 2, 2], env: environment() };
  spawnSync(nodeBinary(), ["--disable-warning=ExperimentalWarning", build], options);
}

function npm(node, npmArgs) {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli ? [node, [cli]] : ["npm", []];
  const done = spawnSync(command, [...prefix, ...npmArgs], { cwd: root, stdio: ["ignore", 2, 2], env: environment() });
  if (done.status !== 0) {
    fail(`npm ${npmArgs[0]} failed. Check that the npm registry is reachable, then run the command again.`);
  }
}

/** Node 24 from the lockfile where there is one for this platform, else the system's, if it is new enough. */
function nodeBinary() {
  const local = join(bin, process.platform === "win32" ? "node.cmd" : "node");
  if (existsSync(local) && process.platform !== "win32") return local;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  fail(
    `No Node 24 is packaged for ${process.platform}-${process.arch}, and Node ${process.versions.node} is too old to run TypeScript.\n` +
      "Install Node 24 (22.18 at least) and run the command again.",
  );
}

function nodeMajor() {
  return Number(process.versions.node.split(".")[0]);
}

function environment() {
  return {
    ...process.env,
    PATH: bin + delimiter + process.env.PATH,
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    HARDHAT_DISABLE_TELEMETRY_PROMPT: "true",
  };
}

/** Hands over to the script; signals go to it, and its exit status is ours. */
function run(node, nodeArgs) {
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...nodeArgs], {
    cwd: root,
    stdio: "inherit",
    env: environment(),
  });
  // A terminal's Ctrl-C reaches the child by itself and then once more from here; the scripts take a second one for the first.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
