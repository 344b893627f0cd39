/** A real model on a chain, for the audits: compiled, keyed and published as `verimesh model register` does it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelRegistryAbi, verifierRegistryAbi } from "@verimesh/abi";
import { buildBundle, type ModelBundle, storeBundle } from "@verimesh/cli";
import { generateSkeleton } from "@verimesh/compiler";
import { circuitLayout, type IntegerModel, outputPackingOf, type ProvableManifest, runReference } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { compileCached, linkModel } from "@verimesh/prover";
import { type Address, encodeAbiParameters, type Hex, keccak256, numberToHex, pad, stringToBytes } from "viem";
import { run, type Ran } from "../../packages/cli/test/run.ts";
import { temporaryDirectory } from "./workerInProcess.ts";
import { startWorkerNetwork } from "./workerNetwork.ts";

export interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "wrong" | "skipped";
  readonly detail: string;
}

export interface AuditResult {
  readonly valid: boolean;
  readonly checks: readonly Finding[];
}

export type AuditNetwork = Awaited<ReturnType<typeof startAuditNetwork>>;

export const model: IntegerModel = tinyDenseModel();
export const inputs = Array.from({ length: 12 }, (_, i) => Uint8Array.of(20 * i, (97 * i) % 256, 255 - 13 * i));
const answers = inputs.map((input) => runReference(model, input).output[0]!);
/** Eleven of twelve are answered right. */
const evaluation = { inputs, targets: answers.map((answer, i) => (i === 5 ? 1 - answer : answer)) };

export async function startAuditNetwork() {
  const net = await startWorkerNetwork();
  const directory = await temporaryDirectory();
  const deploymentFile = join(directory, "deployment.json");
  await writeFile(deploymentFile, JSON.stringify(net.deployment));
  process.env["XDG_CACHE_HOME"] = join(directory, "cache");
  const workingDirectory = process.cwd();
  // Where no local network of the developer's is found.
  process.chdir(directory);

  const bundle: ModelBundle = await buildBundle({
    ...{ name: "tiny", description: "", model, skeleton: generateSkeleton(model), evaluation },
    accuracy: { float: 1, integer: 11 / 12, samples: 12 },
    inputEncoding: { shape: [3], scale: [1], offset: [0] },
    outputEncoding: { ...outputPackingOf(model), labels: ["no", "yes"] },
  });
  const manifest = await storeBundle(bundle, net.store);
  const layout = circuitLayout(model);
  const { r1cs: skeleton } = await compileCached(generateSkeleton(model), { layout });
  const r1cs = linkModel(skeleton, model, layout);
  const flags = ["--rpc", net.rpcUrl, "--deployment", deploymentFile, "--gateway", net.gatewayUrl];

  return {
    ...{ net, bundle, manifest, r1cs, flags },

    /** Registers the model with another manifest, files included, or another key, and returns its id. */
    async publish(changed: object = {}, encodedKey: Hex = bundle.verificationKey): Promise<bigint> {
      return net.publish(model, {
        ...{ name: "tiny", verificationKey: bundle.files.verificationKey, encodedKey },
        change: (): ProvableManifest => ({ ...manifest, ...changed }),
      });
    },

    put: async (bytes: Uint8Array): Promise<string> => (await net.store.put(bytes)).toString(),

    async audit(...args: string[]): Promise<AuditResult & Ran> {
      const ran = await run("audit", ...args, ...flags, "--json");
      return { ...ran, ...(JSON.parse(ran.stdout.trimEnd().split("\n").at(-1)!) as AuditResult) };
    },

    /** Runs something while bits of a contract's storage are changed: `change` gets the word and gives another. */
    async whileStored<T>(address: Hex, slot: Hex, change: (word: bigint) => bigint, act: () => Promise<T>): Promise<T> {
      const before = BigInt((await net.client.getStorageAt({ address, slot })) ?? "0x0");
      const set = (word: bigint) =>
        net.client.setStorageAt({ address, index: slot, value: numberToHex(word, { size: 32 }) });
      await set(change(before));
      try {
        return await act();
      } finally {
        await set(before);
      }
    },

    /** Runs something while an account has other code. */
    async whileCode<T>(address: Address, code: Hex, act: () => Promise<T>): Promise<T> {
      const before = (await net.client.getCode({ address })) ?? "0x";
      await net.client.setCode({ address, bytecode: code });
      try {
        return await act();
      } finally {
        await net.client.setCode({ address, bytecode: before });
      }
    },

    async verifierOf(modelId: bigint): Promise<Address> {
      const registry = { address: net.deployment.modelRegistry, abi: modelRegistryAbi } as const;
      return (await net.client.readContract({ ...registry, functionName: "versionOf", args: [modelId, 1n] })).verifier;
    },

    /** The contract that every verifier delegates to. */
    implementation(): Promise<Address> {
      const registry = { address: net.deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
      const args = [keccak256(stringToBytes("groth16-bn254"))] as const;
      return net.client.readContract({ ...registry, functionName: "implementationOf", args });
    },

    async close(): Promise<void> {
      process.chdir(workingDirectory);
      delete process.env["XDG_CACHE_HOME"];
      await net.close();
    },
  };
}

/** The slot of a mapping's value. */
export function slotOf(mapping: Hex | number, key: bigint | Hex, offset = 0n): Hex {
  const word = typeof key === "bigint" ? numberToHex(key, { size: 32 }) : pad(key);
  const base = typeof mapping === "number" ? numberToHex(mapping, { size: 32 }) : mapping;
  const types = [{ type: "bytes32" }, { type: "bytes32" }] as const;
  return numberToHex(BigInt(keccak256(encodeAbiParameters(types, [word, base]))) + offset, { size: 32 });
}

/** The names of the checks that found something wrong. */
export const wrongOf = ({ checks }: AuditResult): string[] =>
  checks.filter(({ verdict }) => verdict === "wrong").map(({ check }) => check);
