import {
  type AccuracyReport,
  circuitLayout,
  encodeVerificationKey,
  type EvaluationSet,
  type InputEncoding,
  type IntegerModel,
  type OutputEncoding,
  type ProvableManifest,
  serializeEvaluation,
  serializeWeights,
  verificationKeyToJson,
} from "@verimesh/core";
import { compileCached, hashR1cs, linkModel, readR1cs, setupDevCached } from "@verimesh/prover";
import { ceremonyKeys, type CeremonyKeys, type FinishedFiles } from "../setup/ceremonyKey.ts";

/** What the compiler makes of a trained model, with what its author calls it. */
export interface BundleSource {
  readonly name: string;
  readonly description: string;
  readonly model: IntegerModel;
  readonly skeleton: string;
  readonly accuracy: AccuracyReport;
  readonly inputEncoding: InputEncoding;
  readonly outputEncoding: OutputEncoding;
  /** The samples that `accuracy` was measured on, so that an auditor can measure it again. */
  readonly evaluation?: EvaluationSet | undefined;
}

export type BundleFileName = keyof ProvableManifest["files"];

/** All that a provider and an auditor need of a model version, before it is published. */
export interface ModelBundle {
  readonly files: Readonly<Record<Exclude<BundleFileName, "evaluation">, Uint8Array>> & {
    readonly evaluation?: Uint8Array;
  };
  /** Of the ceremony that made the keys; undefined for development keys. */
  readonly transcript: Uint8Array | undefined;
  /** The manifest, once the files and the transcript have their CIDs. */
  readonly manifest: (cids: ProvableManifest["files"], transcript?: string) => ProvableManifest;
  /** As the contracts take it. */
  readonly verificationKey: `0x${string}`;
  readonly constraints: number;
  /** Wall-clock seconds, cached results included. */
  readonly seconds: { readonly compile: number; readonly link: number; readonly setup: number };
}

export interface BuildBundleOptions {
  /** The keys to take, checked against the circuit; a development key is made if there are none. */
  readonly ceremony?: FinishedFiles | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told which part is under way, and the share of it that is done where that is known. */
  readonly onProgress?: ((part: "compile" | "link" | "setup", share?: number) => void) | undefined;
}

/**
 * Compiles the skeleton, links the weights and makes a development key, or checks that of a ceremony. Circuits and
 * development keys are kept on disk under the hash of what they came from.
 *
 * @throws VerimeshError of the compiler, the linker or the set-up; the signal's reason if aborted
 */
export async function buildBundle(source: BundleSource, options: BuildBundleOptions = {}): Promise<ModelBundle> {
  const { signal, onProgress, ceremony } = options;
  const { model, skeleton } = source;
  const layout = circuitLayout(model);

  onProgress?.("compile");
  const [circuit, compile] = await timed(() => compileCached(skeleton, { signal, layout }));
  onProgress?.("link");
  const [r1cs, link] = await timed(() => linkModel(circuit.r1cs, model, layout));
  onProgress?.("setup", 0);
  const onShare = (share: number) => onProgress?.("setup", share);
  const [key, setup] = await timed<BundleKeys>(() =>
    ceremony === undefined
      ? setupDevCached(r1cs, { signal, onProgress: onShare })
      : ceremonyKeys(r1cs, ceremony, { signal, onProgress: (_, share) => onShare(share) }),
  );

  const { architecture, weights } = serializeWeights(model);
  const { constraints } = readR1cs(r1cs);
  const text = new TextEncoder();
  return {
    files: {
      weights,
      provingKey: key.provingKey,
      verificationKey: text.encode(JSON.stringify(verificationKeyToJson(key.verificationKey))),
      witnessCalculator: circuit.witnessCalculator,
      skeleton: text.encode(skeleton),
      ...(source.evaluation && { evaluation: serializeEvaluation(source.evaluation) }),
    },
    transcript: key.transcript,
    manifest: (files, transcript) => ({
      format: "verimesh-manifest/1",
      name: source.name,
      description: source.description,
      architecture,
      files,
      circuit: {
        compiler: circuit.compilerVersion,
        r1csHash: hashR1cs(r1cs),
        constraints,
        inputBinding: layout.inputBinding,
        outputWords: layout.outputWords,
        inputWords: layout.inputWords,
      },
      setup: transcript === undefined ? { kind: "insecure-dev" } : { kind: "ceremony", transcript },
      accuracy: source.accuracy,
      input: source.inputEncoding,
      output: source.outputEncoding,
    }),
    verificationKey: encodeVerificationKey(key.verificationKey),
    constraints,
    seconds: { compile, link, setup },
  };
}

type BundleKeys = Pick<CeremonyKeys, "provingKey" | "verificationKey"> & { readonly transcript?: Uint8Array };

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}
