import {
  type AccuracyReport,
  circuitLayout,
  encodeVerificationKey,
  type EvaluationSet,
  type InputEncoding,
  type IntegerModel,
  linearConstraints,
  type OutputEncoding,
  type ProvableManifest,
  serializeEvaluation,
  serializeWeights,
  verificationKeyToJson,
} from "@verimesh/core";
import { compileCached, hashR1cs, linkWeights, readR1cs, setupDevCached } from "@verimesh/prover";

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
  /** The manifest, once the files have their CIDs. */
  readonly manifest: (cids: ProvableManifest["files"]) => ProvableManifest;
  /** As the contracts take it. */
  readonly verificationKey: `0x${string}`;
  readonly constraints: number;
  /** Wall-clock seconds, cached results included. */
  readonly seconds: { readonly compile: number; readonly link: number; readonly setup: number };
}

export interface BuildBundleOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told which part is under way, and the share of it that is done where that is known. */
  readonly onProgress?: ((part: "compile" | "link" | "setup", share?: number) => void) | undefined;
}

/**
 * Compiles the skeleton, links the weights and makes a development key. Circuits and keys are kept on disk under the hash
 * of what they came from.
 *
 * @throws VerimeshError of the compiler, the linker or the set-up; the signal's reason if aborted
 */
export async function buildBundle(source: BundleSource, options: BuildBundleOptions = {}): Promise<ModelBundle> {
  const { signal, onProgress } = options;
  const { model, skeleton } = source;
  const layout = circuitLayout(model);

  onProgress?.("compile");
  const [circuit, compile] = await timed(() => compileCached(skeleton, { signal, layout }));
  onProgress?.("link");
  const [r1cs, link] = await timed(() => linkWeights(circuit.r1cs, linearConstraints(model, layout), { layout }));
  onProgress?.("setup", 0);
  const [key, setup] = await timed(() =>
    setupDevCached(r1cs, { signal, onProgress: (share) => onProgress?.("setup", share) }),
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
    manifest: (files) => ({
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
      setup: { kind: "insecure-dev" },
      accuracy: source.accuracy,
      input: source.inputEncoding,
      output: source.outputEncoding,
    }),
    verificationKey: encodeVerificationKey(key.verificationKey),
    constraints,
    seconds: { compile, link, setup },
  };
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}
