import { availableParallelism } from "node:os";
import type { MeasuredProof } from "@verimesh/compiler/report";
import { circuitInputs, runReference } from "@verimesh/core";
import { endThreads, NativeProver, openProver } from "@verimesh/prover";
import { buildBundle, type BundleSource } from "../author/buildBundle.ts";
import type { Context } from "../commands/Context.ts";

const PARTS = { compile: "Compiling the circuit", link: "Linking the weights", setup: "Making a development key" };
/** Of the salt that a requester draws: any will do to measure. */
const SALT = 1n;

/**
 * Makes the circuit, a development key and two proofs of one input, and tells what the second one took: the first also
 * loads the key. Circuit and key stay in the cache, where registering finds them.
 *
 * @param input the bytes of one sample
 * @throws VerimeshError of the compiler, the linker, the set-up or the prover; the signal's reason if aborted
 */
export async function measureProof(
  { out, signal }: Context,
  source: BundleSource,
  input: Uint8Array,
): Promise<MeasuredProof> {
  const { files, constraints } = await buildBundle(source, {
    signal,
    onProgress: (part, share) => {
      if (share === undefined || share === 0) out.progress(PARTS[part]);
    },
  });
  const { model } = source;
  out.progress("Proving one answer, twice");
  const prover = await openProver({ onFallback: (reason) => out.progress(`Proving with snarkjs: ${reason}`) });
  try {
    const trace = runReference(model, input);
    const inputs = circuitInputs(model, trace, 1n, model.hides === "nothing" ? undefined : SALT);
    const { provingKey, witnessCalculator } = files;
    await prover.prove({ provingKey, witnessCalculator, inputs }, { signal });
    const { witnessSeconds, proveSeconds } = await prover.prove({ provingKey, witnessCalculator, inputs }, { signal });
    const engine = prover instanceof NativeProver ? `native prover (${prover.engine})` : "snarkjs";
    const cores = availableParallelism();
    return {
      prover: `${engine}, ${cores} ${cores === 1 ? "core" : "cores"}, as busy as they were`,
      ...{ constraints, keyBytes: provingKey.length, witnessSeconds, proveSeconds },
    };
  } finally {
    await prover.terminate();
    await endThreads();
  }
}
