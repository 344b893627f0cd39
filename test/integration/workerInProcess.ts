/** Workers in the test's own process, with a prover that knows the toxic waste of its key and so proves at once. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeVerificationKey,
  fromSolidityProof,
  publicSignals,
  runReference,
  verificationKeyToJson,
  type IntegerModel,
  type Prover,
  type Trace,
} from "@verimesh/core";
import {
  createLogger,
  createWorker,
  type JobView,
  type PreparedModel,
  type Worker,
  type WorkerConfig,
  type WorkerParts,
} from "@verimesh/worker";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { account, type PublishedFiles, type WorkerNetwork } from "./workerNetwork.ts";

const ENDS: readonly JobView["phase"][] = ["settled", "lost", "refunded", "declined", "failed"];

/** What is verified, here and on the chain, is real. */
export function forger(
  model: IntegerModel,
  signalCount = 3,
): { readonly prover: Prover; readonly files: PublishedFiles } {
  const key = createForgingKey(signalCount);
  const verificationKey = verificationKeyToJson(decodeVerificationKey(key.verificationKey));
  return {
    files: {
      verificationKey: new TextEncoder().encode(JSON.stringify(verificationKey)),
      encodedKey: key.verificationKey,
    },
    prover: {
      prove({ inputs }) {
        const trace = runReference(model, Uint8Array.from(inputs["x"] as bigint[], Number));
        const [salt] = (inputs["salt"] as bigint[] | undefined) ?? [];
        const signals = publicSignals(model, trace, inputs["binding"] as bigint, salt);
        const proof = fromSolidityProof(key.prove(signals));
        return Promise.resolve({ proof, publicSignals: signals, witnessSeconds: 0, proveSeconds: 0 });
      },
      // For these signals this key makes one proof only.
      verify: (_, signals, proof) => Promise.resolve(fromSolidityProof(key.prove(signals)).a[0] === proof.a[0]),
    },
  };
}

/** An executor that gives another answer than the model's. */
export function lying(prepared: PreparedModel): PreparedModel {
  const run = async (bytes: Uint8Array): Promise<Trace> => {
    const trace = await prepared.run(bytes);
    return { ...trace, output: trace.output.map((value, index) => (index > 0 ? value : value === 0 ? 1 : 0)) };
  };
  return { ...prepared, run };
}

/** Starts workers and stops them all again. */
export class Workers {
  readonly #running = new Set<Worker>();
  readonly #net: WorkerNetwork;

  constructor(net: WorkerNetwork) {
    this.#net = net;
  }

  async start(
    provider: number,
    change: Partial<WorkerConfig> & { prover: Prover },
    parts: WorkerParts = {},
  ): Promise<Worker> {
    const dataDirectory = change.dataDirectory ?? (await temporaryDirectory());
    const config: WorkerConfig = {
      deployment: this.#net.deployment,
      rpcUrl: this.#net.rpcUrl,
      account: account(provider),
      content: this.#net.gatewayUrl,
      dataDirectory,
      cacheDirectory: join(dataDirectory, "cache"),
      backend: "cpu",
      pollSeconds: 0.02,
      staggerSeconds: 0,
      logger: createLogger({ level: process.env["LOG_LEVEL"] ?? "silent" }),
      ...change,
    };
    const worker = createWorker(config, parts);
    this.#running.add(worker);
    await worker.start();
    return worker;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.stop()));
    this.#running.clear();
  }
}

export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), "verimesh-worker-"));

/** Waits until the worker's record of a job satisfies a condition; by default, until the job has ended. */
export async function record(
  worker: Worker,
  jobId: bigint,
  until: (view: JobView) => boolean = ({ phase }) => ENDS.includes(phase),
): Promise<JobView> {
  for (let tries = 0; tries < 1500; tries++) {
    const view = worker.jobs().find((job) => job.jobId === jobId.toString());
    if (view && until(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const view = worker.jobs().find((job) => job.jobId === jobId.toString());
  throw new Error(`job ${jobId} did not come so far: ${JSON.stringify(view)}`);
}
