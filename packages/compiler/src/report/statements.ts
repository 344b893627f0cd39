import { chosenOf, type ModelReport } from "./ModelReport.ts";
import { bytesText, countText, percentText, secondsText, shapeText } from "./text.ts";

const HIDES = {
  nothing: "nothing: a short input and the answer are public",
  input: "the input, behind a salted commitment",
  inputAndOutput: "input and answer, behind salted commitments",
};

/** The facts of a report, and where each figure comes from. */
export function factsOf(report: ModelReport): Record<string, string> {
  const { accuracy, calibration, droppedActivation, gas, measured, publicWords } = report;
  const chosen = chosenOf(report);
  const { output } = report;
  return {
    Format: report.format,
    Input: shapeText(report.inputShape),
    Answer: output.kind === "topK" ? `the ${output.k} largest scores' indices` : ANSWERS[output.kind],
    "Left out": droppedActivation === "linear" ? "nothing" : `${droppedActivation} at the end: the order stays`,
    Hides: HIDES[report.hides],
    Accuracy: `${percentText(accuracy.float)} float, ${percentText(accuracy.integer)} integer, on ${accuracy.samples} held-out samples`,
    Calibration: `${percentText(calibration.agreement)} decided alike, scores ${percentText(calibration.error)} apart; ranges by ${calibration.rule}${calibration.correctsBias ? ", biases corrected" : ""}`,
    Constraints: countText(chosen.constraints),
    "Proving key": `${bytesText(chosen.keyBytes)}, ${measured === null ? "estimated" : "of a development key"}`,
    Proof:
      measured === null
        ? "not measured"
        : `${secondsText(measured.proveSeconds)} and ${secondsText(measured.witnessSeconds)} for the witness: ${measured.prover}`,
    Gas: `request ${countText(gas.request)}, draw ${countText(gas.assign)}, settlement ${countText(gas.settle)}`,
    "Public words": `${publicWords.output} output, ${publicWords.input} input, 1 binding`,
  };
}

const ANSWERS = { scores: "all scores", argmax: "the largest score's index" };

/** How to read the figures of the table. */
export function sourcesOfFigures({ measured, candidates }: ModelReport): string[] {
  const search =
    candidates.length === 1
      ? "No search was made: one circuit, at the bits that were asked for."
      : "Candidates are those of the search, from most bits to least. Accuracy was measured on held-out samples where the answers on calibration data were close enough.";
  return [
    search,
    "Constraints are counted, not estimated: a test compares the count with compiled circuits.",
    `The proving key is ${measured === null ? "" : "measured for the chosen circuit and for the others "}estimated as 320 bytes a wire, 64 for each point of the domain and 44 for each entry of A and B.`,
    measured === null
      ? "No proof was made, so nothing is said about proving time."
      : "Proving time was measured on the chosen circuit; that of the others is in proportion to their constraints.",
    "Gas is that of a job in ETH on accounts and balances that were used before. It depends on the public words alone.",
  ];
}
