import type { ModelArchitecture, NodeArchitecture, TensorReference } from "../manifest/types.ts";
import { MODEL_LIMITS } from "../model/limits.ts";
import { kindOf, NODE_KINDS } from "../model/nodes/kinds.ts";
import type { IntegerModel, ModelNode } from "../model/types.ts";
import { validateModel } from "../model/validateModel.ts";
import { invalid, WeightsFile } from "./WeightsFile.ts";

/**
 * Puts a model together from its architecture and its weights file, which may come from anyone: every tensor must lie
 * exactly where `serializeWeights` puts it, nothing may be missing or left over, and the model must be valid.
 *
 * @param architecture of a parsed manifest (`parseManifest`)
 * @throws VerimeshError `WEIGHTS_INVALID`, or as `validateModel`
 */
export function parseModel(architecture: ModelArchitecture, bytes: Uint8Array): IntegerModel {
  const { format, inputShape, output, hides } = architecture;
  if (architecture.nodes.length > MODEL_LIMITS.nodes) invalid(`The model has ${architecture.nodes.length} nodes.`);
  const file = new WeightsFile(bytes);
  const nodes = architecture.nodes.map((node) => readNode(node, file));
  file.finish();
  const model: IntegerModel = { format, inputShape, nodes, output, hides };
  validateModel(model);
  return model;
}

function readNode(node: NodeArchitecture, file: WeightsFile): ModelNode {
  if (!Object.hasOwn(NODE_KINDS, node.kind)) invalid(`Node "${node.name}" is of no known kind.`);
  const fields: Record<string, unknown> = { ...node };
  for (const field of kindOf(node as unknown as ModelNode).tensors as readonly string[]) {
    const dtype = field === "weights" ? "int8" : "int32";
    const read = (reference: TensorReference) => file.read(`The ${field} of node "${node.name}"`, reference, dtype);
    const references = fields[field] as TensorReference | readonly TensorReference[];
    fields[field] = Array.isArray(references) ? references.map(read) : read(references as TensorReference);
  }
  return fields as unknown as ModelNode;
}
