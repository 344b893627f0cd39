import { circuitLayout } from "../circuit/layout.ts";
import { outputPackingOf } from "../encoding/packOutputs.ts";
import type { CircuitlessManifest, ProvableManifest } from "../manifest/types.ts";
import type { IntegerModel } from "../model/types.ts";
import { serializeWeights } from "../weights/serializeWeights.ts";

/** A manifest that fits the model; its files point nowhere. */
export function exampleManifest(model: IntegerModel, files: Partial<ProvableManifest["files"]> = {}): ProvableManifest {
  const { outputWords, inputWords, inputBinding } = circuitLayout(model);
  const nowhere = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
  return {
    format: "verimesh-manifest/1",
    name: "example",
    description: "",
    architecture: serializeWeights(model).architecture,
    files: {
      weights: nowhere,
      provingKey: nowhere,
      verificationKey: nowhere,
      witnessCalculator: nowhere,
      skeleton: nowhere,
      ...files,
    },
    circuit: { compiler: "2.2.3", r1csHash: "00".repeat(32), constraints: 1, inputBinding, outputWords, inputWords },
    setup: { kind: "insecure-dev" },
    accuracy: { float: 0.9, integer: 0.9, samples: 10 },
    input: { shape: model.inputShape, scale: [1], offset: [0] },
    output: outputPackingOf(model),
  };
}

/** The same model, too large to prove. */
export function withoutCircuit(manifest: ProvableManifest): CircuitlessManifest {
  const { format, name, description, architecture, accuracy, input, output, files } = manifest;
  return { format, name, description, architecture, files: { weights: files.weights }, accuracy, input, output };
}
