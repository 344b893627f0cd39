/**
 * One measurement in a process of its own: `node proverRun.ts native|snarkjs key.zkey witness.wtns`. Proves twice, from the
 * files and then with the key in memory, and prints a line of JSON.
 */
import { readFileSync } from "node:fs";
import { endThreads, NativeGroth16, proveWithSnarkjs, readVerificationKey, verifyProof } from "@verimesh/prover";

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

export interface ProverRun {
  readonly fromFile: Cost;
  readonly keyInMemory: Cost;
  readonly peakBytes: number;
}

if (import.meta.main) {
  const [prover, zkeyPath, wtnsPath] = process.argv.slice(2) as [string, string, string];
  const run = prover === "native" ? await runNative(zkeyPath, wtnsPath) : await runSnarkjs(zkeyPath, wtnsPath);
  process.stdout.write(`${JSON.stringify(run)}\n`);
  await endThreads();
}

async function runNative(zkeyPath: string, wtnsPath: string): Promise<ProverRun> {
  const native = await NativeGroth16.load();
  const [[key, wtns, first], fromFile] = await measured(async () => {
    const bytes = [readFileSync(zkeyPath), readFileSync(wtnsPath)].map((file) => new Uint8Array(file.buffer)) as [
      Uint8Array,
      Uint8Array,
    ];
    const loaded = await native.loadKey(bytes[0]);
    return [loaded, bytes[1], await native.prove(loaded, bytes[1])] as const;
  });
  const [, keyInMemory] = await measured(() => native.prove(key, wtns));
  const peakBytes = peak();
  await mustHold(zkeyPath, first);
  return { fromFile, keyInMemory, peakBytes };
}

async function runSnarkjs(zkeyPath: string, wtnsPath: string): Promise<ProverRun> {
  const [first, fromFile] = await measured(() => proveWithSnarkjs(zkeyPath, wtnsPath));
  const [zkey, wtns] = [new Uint8Array(readFileSync(zkeyPath)), new Uint8Array(readFileSync(wtnsPath))];
  const [, keyInMemory] = await measured(() => proveWithSnarkjs(zkey, wtns));
  const peakBytes = peak();
  await mustHold(zkeyPath, first);
  return { fromFile, keyInMemory, peakBytes };
}

/** A wrong proof's time is worth nothing. */
async function mustHold(zkeyPath: string, { proof, publicSignals }: Awaited<ReturnType<typeof proveWithSnarkjs>>) {
  const verificationKey = readVerificationKey(new Uint8Array(readFileSync(zkeyPath)));
  if (!(await verifyProof(verificationKey, publicSignals, proof))) throw new Error("The proof does not hold.");
}

async function measured<T>(act: () => Promise<T>): Promise<[T, Cost]> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const used = process.cpuUsage(before);
  const wallSeconds = (performance.now() - started) / 1000;
  return [result, { wallSeconds, cpuSeconds: (used.user + used.system) / 1e6 }];
}

function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
