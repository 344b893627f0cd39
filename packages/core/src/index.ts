export type * from "./circuit/types.ts";
export { BN254_BASE_ORDER } from "./circuit/baseField.ts";
export { circuitInputs, publicSignals } from "./circuit/circuitInputs.ts";
export { jobBinding, type JobBindingParameters } from "./circuit/jobBinding.ts";
export { circuitLayout, signalAt } from "./circuit/layout.ts";
export { linearConstraints } from "./circuit/linearConstraints.ts";
export { type Wiring, wiring } from "./circuit/wiring.ts";
export { fromSolidityProof, proofFromJson, proofToJson, toSolidityProof, type ProofJson } from "./circuit/proof.ts";
export {
  decodeVerificationKey,
  encodeVerificationKey,
  verificationKeyFromJson,
  verificationKeyToJson,
  type VerificationKeyJson,
} from "./circuit/verificationKey.ts";
export * from "./constants.ts";
export { decodeOutput, type DecodedOutput } from "./encoding/decodeOutput.ts";
export { elementEncoding, encodeInput, type EncodeInputOptions, type InputValues } from "./encoding/encodeInput.ts";
export { inputFileLength, readInputFile, type SaltedInput, writeInputFile } from "./encoding/inputFile.ts";
export {
  type HidingOptions,
  inputBindingOf,
  inputWords,
  outputWords,
  packInput,
  packedWordCount,
  poseidonCommitment,
  unpackInput,
} from "./encoding/packInput.ts";
export {
  bitLength,
  outputPackingOf,
  outputWordCount,
  packOutputs,
  unpackOutputs,
  type OutputPacking,
} from "./encoding/packOutputs.ts";
export { VerimeshError, type VerimeshErrorOptions } from "./errors/VerimeshError.ts";
export { checkManifestFits } from "./manifest/checkManifestFits.ts";
export {
  type EvaluationSet,
  MAX_EVALUATION_BYTES,
  parseEvaluation,
  serializeEvaluation,
} from "./manifest/evaluation.ts";
export { MAX_MANIFEST_BYTES, parseManifest, serializeManifest } from "./manifest/parseManifest.ts";
export { isProvable, type PublicWords, publicWordsOf, requireProvable } from "./manifest/publicWords.ts";
export type * from "./manifest/types.ts";
export {
  type Bounds,
  channelBounds,
  compressBounds,
  foldBounds,
  hullOf,
  magnitudeOf,
  type NodeBounds,
  uniformBounds,
} from "./model/bounds/Bounds.ts";
export { type ModelBounds, modelBounds, nodeShapes, scoreCount } from "./model/graph.ts";
export { MODEL_LIMITS } from "./model/limits.ts";
export { boundsOfNode, isLinear, isNonLinear, isRearranging, runNode, shapeOfNode, sourcesOf } from "./model/node.ts";
export { samePadding } from "./model/padding.ts";
export { halfOf, requantize } from "./model/requantize.ts";
export { answerOf, checkInput, runReference } from "./model/runReference.ts";
export { channelsOf, elementCount, sameShape, stridesOf } from "./model/shapes.ts";
export { argmax, topK } from "./model/topK.ts";
export type * from "./model/types.ts";
export { validateModel } from "./model/validateModel.ts";
export { Random } from "./random.ts";
export { parseModel } from "./weights/parseModel.ts";
export { serializeWeights, type SerializedModel } from "./weights/serializeWeights.ts";
