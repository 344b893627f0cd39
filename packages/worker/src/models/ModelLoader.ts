import {
  checkManifestFits,
  encodeVerificationKey,
  MAX_MANIFEST_BYTES,
  MODEL_LIMITS,
  parseManifest,
  parseModel,
  VerimeshError,
  verificationKeyFromJson,
  type ModelManifest,
  type VerificationKey,
} from "@verimesh/core";
import { type Backend, createExecutor } from "@verimesh/executor";
import { type ContentStore, parseCid } from "@verimesh/storage";
import { cidFromHex } from "@verimesh/sdk";
import { isAddressEqual } from "viem";
import type { MarketClient, RegisteredVersion } from "../chain/MarketClient.ts";
import type { Logger } from "../log.ts";
import type { PreparedModel } from "./PreparedModel.ts";

export interface ModelLoaderOptions {
  readonly market: MarketClient;
  readonly store: ContentStore;
  readonly backend: Backend;
  readonly log: Logger;
  /** Whether keys whose maker could forge proofs are served. */
  readonly allowInsecureSetup: boolean;
  /** Models kept in memory, the least recently used leaving first. */
  readonly keep?: number;
}

const MIB = 2 ** 20;

/** Larger files are refused before they fill the memory: of circuits that one machine proves, of models within limits. */
const MAX_BYTES = {
  provingKey: 1024 * MIB,
  witnessCalculator: 256 * MIB,
  // Weights of one byte, biases of four; there are at most as many biases as accumulators.
  weights: MODEL_LIMITS.weights + 8 * MODEL_LIMITS.accumulators,
  verificationKey: MIB,
} as const;

/** Fetches, checks and loads versions, each once. */
export class ModelLoader {
  readonly #o: ModelLoaderOptions;
  readonly #loaded = new Map<string, Promise<PreparedModel>>();

  constructor(options: ModelLoaderOptions) {
    this.#o = options;
  }

  /**
   * A version, ready to run and prove. Deprecated or not: the market opens no job on a deprecated version, and those that
   * were open before are still to be done.
   *
   * @throws VerimeshError if it must not be served: SETUP_INSECURE, VERIFIER_MISMATCH, MANIFEST_INVALID,
   * MANIFEST_MISMATCH, WEIGHTS_INVALID …; or cannot be now: content that is missing or does not match
   */
  prepare(modelId: bigint, version: bigint, signal: AbortSignal): Promise<PreparedModel> {
    const id = `${modelId}:${version}`;
    const loading = this.#loaded.get(id) ?? this.#load(modelId, version, signal);
    this.#loaded.delete(id);
    this.#loaded.set(id, loading);
    loading.catch(() => this.#loaded.get(id) === loading && this.#loaded.delete(id));
    this.#evict();
    return loading;
  }

  dispose(): void {
    for (const loading of this.#loaded.values())
      loading.then(
        (model) => model.dispose(),
        () => undefined,
      );
    this.#loaded.clear();
  }

  #evict(): void {
    while (this.#loaded.size > (this.#o.keep ?? 8)) {
      const [id, loading] = this.#loaded.entries().next().value as [string, Promise<PreparedModel>];
      this.#loaded.delete(id);
      loading.then(
        (model) => model.dispose(),
        () => undefined,
      );
    }
  }

  async #load(modelId: bigint, version: bigint, signal: AbortSignal): Promise<PreparedModel> {
    const { store, log, market } = this.#o;
    const started = performance.now();
    const registered = await market.versionOf(modelId, version);
    const cid = cidFromHex(registered.manifestCid);
    const manifest = parseManifest(await store.get(cid, { signal, maxBytes: MAX_MANIFEST_BYTES }));
    this.#checkSetup(manifest);
    const file = (name: keyof typeof MAX_BYTES) =>
      store.get(parseCid(manifest.files[name]), { signal, maxBytes: MAX_BYTES[name] });
    const verificationKey = parseKey(await file("verificationKey"));
    await this.#checkVerifier(registered, manifest, verificationKey);
    const model = parseModel(manifest.architecture, await file("weights"));
    checkManifestFits(manifest, model);
    const provingKey = await file("provingKey");
    const witnessCalculator = await file("witnessCalculator");
    const executor = await createExecutor(model, this.#o.backend);
    const seconds = (performance.now() - started) / 1000;
    log.info(
      { modelId, version, name: manifest.name, seconds, constraints: manifest.circuit.constraints },
      "model loaded",
    );
    return {
      modelId,
      version,
      manifestCid: cid.toString(),
      manifest,
      model,
      verificationKey,
      provingKey,
      witnessCalculator,
      run: (input) => executor.run(input),
      dispose: () => void executor.dispose(),
    };
  }

  #checkSetup(manifest: ModelManifest): void {
    if (this.#o.allowInsecureSetup) return;
    // A manifest can say what it likes, and this worker cannot check a ceremony's transcript.
    const what = manifest.setup.kind === "insecure-dev" ? "a development key" : "of a ceremony that was not verified";
    refuse("SETUP_INSECURE", `The key of "${manifest.name}" is ${what}: its maker can forge proofs.`);
  }

  async #checkVerifier(registered: RegisteredVersion, manifest: ModelManifest, key: VerificationKey): Promise<void> {
    const { circuit } = manifest;
    if (circuit.outputWords !== registered.outputWords || circuit.inputWords !== registered.inputWords) {
      refuse("MANIFEST_MISMATCH", "Manifest and registry differ in the number of words.");
    }
    if (key.ic.length !== circuit.outputWords + circuit.inputWords + 2) {
      refuse("VERIFIER_MISMATCH", "The manifest's verification key is for another number of public signals.");
    }
    const derived = await this.#o.market.verifierOf(encodeVerificationKey(key));
    if (isAddressEqual(derived, registered.verifier)) return;
    refuse("VERIFIER_MISMATCH", `The manifest's key gives verifier ${derived}; registered is ${registered.verifier}.`);
  }
}

function parseKey(bytes: Uint8Array): VerificationKey {
  try {
    return verificationKeyFromJson(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new VerimeshError("The model's verification key cannot be read.", { code: "MANIFEST_INVALID", cause });
  }
}

function refuse(code: string, message: string): never {
  throw new VerimeshError(message, { code, details: "This worker does not take jobs of this version." });
}
