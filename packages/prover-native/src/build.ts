import { createHash, randomUUID } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import type { EngineName } from "./addon.ts";
import { compile, compilerFlags, findCompiler } from "./compiler.ts";

const packageDirectory = dirname(import.meta.dirname);
const sourceDirectory = join(packageDirectory, "native");
const builtDirectory = join(packageDirectory, "node_modules", ".cache", "verimesh-native");

/** Engines that this kind of machine's compiler can make. */
export const buildableEngines: readonly EngineName[] =
  process.arch === "x64" && process.platform !== "win32" ? ["portable", "adx", "ifma"] : ["portable"];

const building = new Map<EngineName, Promise<string>>();

/**
 * The addon for an engine, compiled if there is none of the present sources: about 15 seconds, once. Nothing is downloaded:
 * the headers are those of the npm package `node-api-headers`.
 *
 * @param onCompile told before the compiler runs
 * @returns path of the .node file
 * @throws VerimeshError NATIVE_PROVER_UNAVAILABLE: no compiler, another kind of machine, or the compiler failed
 */
export function buildAddon(engine: EngineName, onCompile?: () => void): Promise<string> {
  const result = building.get(engine) ?? build(engine, onCompile);
  building.set(engine, result);
  return result;
}

async function build(engine: EngineName, onCompile?: () => void): Promise<string> {
  if (process.platform === "win32") unavailable("Windows is not supported.");
  if (process.arch !== "x64" && process.arch !== "arm64") unavailable(`${process.arch} is not supported.`);
  const compiler = findCompiler();
  if (compiler === null) unavailable("There is no C++ compiler: install g++ or clang++, or set CXX.");
  const flags = compilerFlags(engine, compiler);
  const target = join(builtDirectory, hashOf(engine, compiler.version, ...flags), `${engine}.node`);
  if (existsSync(target)) return target;
  onCompile?.();
  await mkdir(dirname(target), { recursive: true });
  // Under another name first: another process may build or load the same file.
  const temporary = join(dirname(target), `${randomUUID()}.tmp`);
  const headers = join(dirname(createRequire(import.meta.url).resolve("node-api-headers")), "include");
  const source = join(sourceDirectory, "addon", "addon.cpp");
  const failure = await compile(compiler, [...flags, "-I", headers, source, "-o", temporary]);
  if (failure !== null) {
    await rm(temporary, { force: true });
    unavailable(`${compiler.command} failed: ${failure.slice(0, 2000)}`);
  }
  await rename(temporary, target);
  return target;
}

/** Of everything that the addon is made from. */
function hashOf(...parts: readonly string[]): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${parts.join("\0")}`);
  for (const file of globSync("**/*.{h,cpp}", { cwd: sourceDirectory }).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(sourceDirectory, file)));
  }
  return hash.digest("hex").slice(0, 24);
}

function unavailable(details: string): never {
  throw new VerimeshError("The native prover is not available.", { code: "NATIVE_PROVER_UNAVAILABLE", details });
}
