import { circuitLayout } from "@verimesh/core";
import { compileCached, linkModel, readWhole } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";
import { isFolder } from "./ceremonyFiles.ts";

/**
 * The linked circuit of a model folder, compiled as `verimesh model register` does it, or an .r1cs file as it is.
 *
 * @throws VerimeshError CEREMONY_FILE_UNREADABLE, and those of the compiler
 */
export async function linkedCircuit({ out, signal }: Context, path: string): Promise<Uint8Array> {
  if (!(await isFolder(path))) return readWhole(path);
  // TensorFlow.js and the circuit compiler take a second to load: only where there is something to compile.
  const [{ compileModel }, { loadBackend }, { readModelFolder }] = await Promise.all([
    import("@verimesh/compiler"),
    import("@verimesh/executor"),
    import("../author/readModelFolder.ts"),
  ]);
  const backend = await loadBackend(["wasm", "cpu"]);
  out.progress(`Quantizing ${path} on ${backend.description}`);
  const { floatModel, options } = await readModelFolder(path);
  const { model, skeleton } = compileModel(floatModel, options);
  const layout = circuitLayout(model);
  out.progress("Compiling the circuit");
  const circuit = await compileCached(skeleton, { signal, layout });
  out.progress("Linking the weights");
  return linkModel(circuit.r1cs, model, layout);
}
