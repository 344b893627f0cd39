import { spawn, spawnSync } from "node:child_process";
import type { EngineName } from "./addon.ts";

/** A C++ compiler on this machine. */
export interface Compiler {
  readonly command: string;
  /** First line of `--version`. */
  readonly version: string;
}

/** `$CXX`, or the first of c++, g++ and clang++ that answers. */
export function findCompiler(): Compiler | null {
  const candidates = process.env["CXX"] ? [process.env["CXX"]] : ["c++", "g++", "clang++"];
  for (const command of candidates) {
    const asked = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (asked.error !== undefined || asked.status !== 0) continue;
    return { command, version: asked.stdout.split("\n")[0]!.trim() };
  }
  return null;
}

export function hasCompiler(): boolean {
  return findCompiler() !== null;
}

/** Flags that decide what the addon is. `VERIMESH_NATIVE_SANITIZE` makes one that looks for errors of its own: for tests. */
export function compilerFlags(engine: EngineName, compiler: Compiler): readonly string[] {
  const flags = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-DNAPI_VERSION=8"];
  if (process.env["VERIMESH_NATIVE_SANITIZE"]) flags.push("-O1", "-g", "-fno-omit-frame-pointer", ...SANITIZERS);
  else flags.push("-O3");
  // What pays is vectorized by hand. Left to itself, GCC packs the four limbs of an addition into vector registers and
  // waits for them there: three to six times slower.
  flags.push("-fno-tree-vectorize", "-fno-tree-slp-vectorize");
  if (engine !== "portable") flags.push("-DVERIMESH_USE_ADX=1");
  if (engine === "ifma") flags.push("-DVERIMESH_USE_IFMA=1", ...AVX512.map((feature) => `-m${feature}`));
  if (process.platform === "darwin") flags.push("-bundle", "-undefined", "dynamic_lookup");
  else flags.push("-shared", "-pthread");
  // Several engines may be loaded into one process: they must not share each other's inline functions.
  if (!/clang/i.test(compiler.version)) flags.push("-fno-gnu-unique");
  return flags;
}

const AVX512 = ["avx512f", "avx512dq", "avx512vl", "avx512ifma", "avx512vbmi2", "bmi2", "adx"];

/** An error ends the process. `vptr` takes the standard library's types, loaded twice into Node, for errors. */
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize=vptr", "-fno-sanitize-recover=all"];

/** Runs the compiler. @returns its error output if it failed, else null */
export function compile(compiler: Compiler, parameters: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    // What is preloaded into this process, a sanitizer in tests, is not meant for the compiler.
    const env = { ...process.env, LD_PRELOAD: "" };
    const child = spawn(compiler.command, parameters, { stdio: ["ignore", "ignore", "pipe"], env });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on("error", (cause) => resolve(cause.message));
    child.on("close", (status) => resolve(status === 0 ? null : errors || `status ${status}`));
  });
}
