import * as nodeFs from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import circom2 from "circom2";

/** What `compileCircuit` hands to this thread. `workDirectory` holds main.circom and receives the compiler's output. */
export interface CompilerThreadData {
  readonly workDirectory: string;
  readonly circuitsDirectory: string;
  readonly circomlibParentDirectory: string;
  readonly flags: readonly string[];
}

export interface CompilerThreadResult {
  readonly exitCode: number;
  readonly output: string;
}

const data = workerData as CompilerThreadData;
const output: string[] = [];

// The compiler sees the folders under fixed names: what it writes does not depend on where they are.
const runner = new circom2.CircomRunner({
  args: ["work/main.circom", ...data.flags, "-l", "circuits", "-l", "library", "-o", "work"],
  env: {},
  preopens: { work: data.workDirectory, circuits: data.circuitsDirectory, library: data.circomlibParentDirectory },
  bindings: {
    ...circom2.bindings,
    fs: {
      ...nodeFs,
      writeSync(fd: number, buffer: Uint8Array, offset = 0, length = buffer.length - offset, position?: number | null) {
        if (fd !== 1 && fd !== 2) return nodeFs.writeSync(fd, buffer, offset, length, position);
        output.push(Buffer.from(buffer.subarray(offset, offset + length)).toString("utf8"));
        return length;
      },
    },
  },
});

function post(exitCode: number): void {
  const result: CompilerThreadResult = { exitCode, output: output.join("") };
  parentPort?.postMessage(result);
}

try {
  await runner.execute(nodeFs.readFileSync(createRequire(import.meta.url).resolve("circom2/circom.wasm")));
  post(0);
} catch (error) {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "number") output.push(String(error));
  post(typeof code === "number" ? code : 1);
}
