import {
  checkManifestFits,
  encodeVerificationKey,
  isProvable,
  MAX_MANIFEST_BYTES,
  MODEL_LIMITS,
  parseManifest,
  parseModel,
  publicWordsOf,
  VerimeshError,
  verificationKeyFromJson,
  type ModelManifest,
  type ProvableManifest,
  type PublicWords,
  type VerificationKey,
} from "@verimesh/core";
import { type Backend, createExecutor } from "@verimesh/executor";
import { checkTranscript, MAX_TRANSCRIPT_BYTES } from "@verimesh/prover";
import { type ContentStore, parseCid } from "@verimesh/storage";
import { cidFromHex } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress } from "viem";
import type { MarketClient, RegisteredVersion } from "../chain/MarketClient.ts";
import type { Logger } from "../log.ts";
import type { PreparedModel, ProvingFiles } from "./PreparedModel.ts";

export interface ModelLoaderOptions {
  readonly market: MarketClient;
  readonly store: ContentStore;
  readonly backend: Backend;
  readonly log: Logger;
  /** Whether keys whose maker could forge proofs are served. */
  readonly allowInsecureSetup: boolean;
  /** Put around each model that was loaded. */
  readonly wrap?: (model: PreparedModel) => PreparedModel;
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
  transcript: MAX_TRANSCRIPT_BYTES,
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
    const words = this.#checkWords(registered, manifest);
    const proving = await this.#loadProving(registered, manifest, signal);
    const model = parseModel(manifest.architecture, await this.#file(manifest.files.weights, "weights", signal));
    checkManifestFits(manifest, model);
    const executor = await createExecutor(model, this.#o.backend);
    const seconds = (performance.now() - started) / 1000;
    log.info(
      { modelId, version, name: manifest.name, seconds, constraints: manifest.circuit?.constraints },
      "model loaded",
    );
    const prepared: PreparedModel = {
      ...{ modelId, version, manifest, model, words, proving },
      manifestCid: cid.toString(),
      run: (input) => executor.run(input),
      dispose: () => void executor.dispose(),
    };
    return this.#o.wrap?.(prepared) ?? prepared;
  }

  #file(cid: string, name: keyof typeof MAX_BYTES, signal: AbortSignal): Promise<Uint8Array> {
    return this.#o.store.get(parseCid(cid), { signal, maxBytes: MAX_BYTES[name] });
  }

  /** The registry is what counts: a manifest with a circuit that the registry has no verifier of cannot be proven. */
  async #loadProving(
    registered: RegisteredVersion,
    manifest: ModelManifest,
    signal: AbortSignal,
  ): Promise<ProvingFiles | undefined> {
    if (isAddressEqual(registered.verifier, zeroAddress)) return undefined;
    if (!isProvable(manifest)) refuse("VERIFIER_MISMATCH", "The registry has a verifier; the manifest has no circuit.");
    const mustBeSound = !this.#o.allowInsecureSetup;
    if (mustBeSound && manifest.setup.kind === "insecure-dev") refuseSetup(manifest, "is a development key");
    const { files } = manifest;
    const verificationKey = parseKey(await this.#file(files.verificationKey, "verificationKey", signal));
    await this.#checkVerifier(registered, manifest, verificationKey);
    if (mustBeSound) await this.#checkCeremony(manifest, verificationKey, signal);
    const provingKey = await this.#file(files.provingKey, "provingKey", signal);
    const witnessCalculator = await this.#file(files.witnessCalculator, "witnessCalculator", signal);
    return { verificationKey, provingKey, witnessCalculator };
  }

  /** A manifest can say what it likes: the transcript must lead to the key that the registered verifier holds. */
  async #checkCeremony(
    manifest: ProvableManifest,
    verificationKey: VerificationKey,
    signal: AbortSignal,
  ): Promise<void> {
    const { setup, circuit } = manifest;
    if (setup.kind !== "ceremony") return;
    const transcript = await this.#file(setup.transcript, "transcript", signal);
    try {
      await checkTranscript(transcript, { r1csSha256: circuit.r1csHash, verificationKey }, { signal });
    } catch (cause) {
      signal.throwIfAborted();
      const why = cause instanceof VerimeshError ? cause.shortMessage : String(cause);
      refuseSetup(manifest, `is said to come from a ceremony, which its transcript does not show (${why})`);
    }
  }

  #checkWords(registered: RegisteredVersion, manifest: ModelManifest): PublicWords {
    const words = publicWordsOf(manifest);
    if (words.outputWords === registered.outputWords && words.inputWords === registered.inputWords) return words;
    return refuse("MANIFEST_MISMATCH", "Manifest and registry differ in the number of words.");
  }

  async #checkVerifier(
    registered: RegisteredVersion,
    { circuit }: ProvableManifest,
    key: VerificationKey,
  ): Promise<void> {
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

function refuseSetup({ name }: ModelManifest, what: string): never {
  refuse("SETUP_INSECURE", `The key of "${name}" ${what}: its maker can forge proofs.`);
}

function refuse(code: string, message: string): never {
  throw new VerimeshError(message, { code, details: "This worker does not take jobs of this version." });
}
