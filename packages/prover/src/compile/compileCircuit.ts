import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CircuitLayout, VerimeshError } from "@verimesh/core";
import { runInThread } from "../processes/runInThread.ts";
import { checkLayout } from "./checkLayout.ts";
import { circomlibParentDirectory, circuitsDirectory } from "./circuitsDirectory.ts";
import type { CompilerThreadData, CompilerThreadResult } from "./compilerThread.ts";

export interface CompiledCircuit {
  /** The constraint system, in circom's binary format. */
  readonly r1cs: Uint8Array;
  /** circom's witness calculator (WebAssembly). */
  readonly witnessCalculator: Uint8Array;
  /** circom's symbol file: label, wire (-1 if simplified away), component, name. */
  readonly symbols: string;
  /** For the manifest: `circom <version> <options>`. */
  readonly compilerVersion: string;
}

export interface CompileCircuitOptions {
  readonly signal?: AbortSignal | undefined;
  /** If given, the wires of the private inputs are checked: always give it before linking weights. */
  readonly layout?: CircuitLayout | undefined;
}

/** Of the circom inside the npm package circom2 0.2.23; a test asks the compiler itself. */
export const CIRCOM_VERSION = "2.2.3";

/**
 * Full simplification: linear constraints are solved and go; Poseidon's are two thirds of it. A linear constraint may
 * be solved for a private input, whose wire is then lost: the templates tie private inputs by quadratic constraints
 * (`Same`), and `checkLayout` refuses a circuit in which one is missing.
 */
const SIMPLIFICATION = "--O2";

/** What a manifest names as the compiler. */
export const COMPILER_VERSION = `circom ${CIRCOM_VERSION} ${SIMPLIFICATION}`;

/**
 * Compiles a circom source with the templates of `circuits/` and circomlib in its include path, in a thread of its own.
 *
 * @param source the main file's text; includes such as `activations/Requantize.circom`
 * @throws VerimeshError CIRCUIT_INVALID with circom's message; LAYOUT_MISMATCH; the signal's reason if aborted
 */
export async function compileCircuit(source: string, options: CompileCircuitOptions = {}): Promise<CompiledCircuit> {
  options.signal?.throwIfAborted();
  const workDirectory = await mkdtemp(join(tmpdir(), "verimesh-circom-"));
  try {
    await writeFile(join(workDirectory, "main.circom"), source);
    const data: CompilerThreadData = {
      workDirectory,
      circuitsDirectory: circuitsDirectory(),
      circomlibParentDirectory: circomlibParentDirectory(),
      flags: ["--r1cs", "--wasm", "--sym", SIMPLIFICATION],
    };
    const result = await runInThread<CompilerThreadResult>(
      new URL("./compilerThread.ts", import.meta.url),
      data,
      options,
    );
    if (result.exitCode !== 0) throw circuitInvalid(result.output);
    const [r1cs, witnessCalculator, symbols] = await Promise.all([
      readFile(join(workDirectory, "main.r1cs")),
      readFile(join(workDirectory, "main_js/main.wasm")),
      readFile(join(workDirectory, "main.sym"), "utf8"),
    ]);
    const circuit = {
      r1cs: new Uint8Array(r1cs),
      witnessCalculator: new Uint8Array(witnessCalculator),
      symbols,
      compilerVersion: COMPILER_VERSION,
    };
    if (options.layout !== undefined) checkLayout(circuit, options.layout);
    return circuit;
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

function circuitInvalid(output: string): VerimeshError {
  // circom colours its messages for a terminal.
  const message = output.replace(/\u001b\[[0-9;]*m/g, "").trim();
  return new VerimeshError("circom refused the circuit.", {
    code: "CIRCUIT_INVALID",
    details: message.slice(0, 4000) || "The compiler gave no message: it may have run out of memory.",
  });
}
