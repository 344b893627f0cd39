import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ContentCache, cacheDirectory } from "../cache/ContentCache.ts";
import { checkLayout } from "./checkLayout.ts";
import { circomlibParentDirectory, circuitsDirectory } from "./circuitsDirectory.ts";
import {
  COMPILER_VERSION,
  type CompileCircuitOptions,
  type CompiledCircuit,
  compileCircuit,
} from "./compileCircuit.ts";

export interface CacheOptions {
  /** Default: `circuits` or `keys` in `cacheDirectory()`. */
  readonly directory?: string | undefined;
}

/**
 * As `compileCircuit`, with the result kept on disk under the hash of the source, of every template, and of the versions
 * of compiler and circomlib. The layout is checked on a cached circuit too.
 */
export async function compileCached(
  source: string,
  options: CompileCircuitOptions & CacheOptions = {},
): Promise<CompiledCircuit> {
  const cache = new ContentCache(options.directory ?? join(cacheDirectory(), "circuits"));
  const key = [source, COMPILER_VERSION, circomlibVersion(), ...templates()];
  const files = await cache.getOrDerive(key, ["r1cs", "wasm", "sym"], async () => {
    const circuit = await compileCircuit(source, options);
    return { r1cs: circuit.r1cs, wasm: circuit.witnessCalculator, sym: Buffer.from(circuit.symbols) };
  });
  const circuit: CompiledCircuit = {
    r1cs: files.r1cs,
    witnessCalculator: files.wasm,
    symbols: Buffer.from(files.sym).toString("utf8"),
    compilerVersion: COMPILER_VERSION,
  };
  if (options.layout !== undefined) checkLayout(circuit, options.layout);
  return circuit;
}

/** Name and text of every template, in a fixed order. */
function templates(): string[] {
  const directory = circuitsDirectory();
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".circom"))
    .sort()
    .flatMap((name) => [name, readFileSync(join(directory, name), "utf8")]);
}

function circomlibVersion(): string {
  const path = join(circomlibParentDirectory(), "circomlib/package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
