import { bitLength, hullOf, outputPackingOf, outputWordCount, type Bounds, type IntegerModel } from "@verimesh/core";
import type { Elements } from "./Elements.ts";
import type { SkeletonText } from "./SkeletonText.ts";

/** The answer, packed; public as it is, or a commitment to it. */
export function writeOutput(text: SkeletonText, model: IntegerModel, scores: Elements, bounds: Bounds): void {
  const packing = outputPackingOf(model);
  const list = text.list("scores", scores.names());
  const { output } = model;
  text.include("output/PackOutputs.circom");
  text.add(`signal answer[${packing.length}];`);
  if (output.kind === "scores") {
    text.add(`for (var i = 0; i < ${scores.length}; i++) {`, `    answer[i] <== ${list("i")};`, "}");
  } else {
    text.add(`signal score[${scores.length}];`);
    text.add(`for (var i = 0; i < ${scores.length}; i++) {`, `    score[i] <== ${list("i")};`, "}");
    writeChoice(text, model, scores, bounds);
  }
  const words = outputWordCount(packing);
  const pack = `PackOutputs(${packing.length}, ${packing.bits}, ${packing.offset})(answer)`;
  if (model.hides !== "inputAndOutput") {
    text.add(`outputWords <== ${pack};`);
    return;
  }
  text.include("commitments/SaltedCommitment.circom", "circomlib/circuits/poseidon.circom");
  text.add(
    `signal packedAnswer[${words}] <== ${pack};`,
    "signal outputSalt <== Poseidon(2)([salt[0], 1]);",
    `outputWords[0] <== SaltedCommitment(${words})(packedAnswer, outputSalt);`,
  );
}

function writeChoice(text: SkeletonText, { output }: IntegerModel, scores: Elements, bounds: Bounds): void {
  // Only how far apart two scores can be matters to a comparison.
  const { lo, hi } = hullOf(bounds);
  const span = 2 ** bitLength(hi - lo) - 1;
  if (scores.length === 1) {
    text.add("answer[0] <== 0;");
  } else if (output.kind === "topK") {
    text.include("output/TopK.circom");
    text.add(`answer <== TopK(${scores.length}, ${output.k}, ${lo}, ${lo + span})(score);`);
  } else {
    text.include("output/Argmax.circom");
    text.add(`answer[0] <== Argmax(${scores.length}, 0, ${span})(score);`);
  }
}
