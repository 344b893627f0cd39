/** Credit risk by a hundred boosted decision trees, beside the dense network of `model.ts`: the same data and split. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModelFile } from "@verimesh/compiler/node";
import { boost, toXgboostJson, type TrainedModel, type TrainOptions } from "@verimesh/example-training";
import { loadCredit } from "./data.ts";

export const name = "credit-trees";
export const description =
  "Scores a loan applicant by 61 features (Statlog German Credit Data) with 100 trees. A positive score: will likely repay.";

const TREES = 100;

/**
 * Trains on 700 applicants, holding out 300; learning rate, penalty and share of features were chosen by cross-validation
 * on the training rows alone. The trees go through XGBoost's file format, as an author's would. The same on every machine.
 *
 * @throws the signal's reason if aborted
 */
export async function train({ onProgress, signal }: TrainOptions = {}): Promise<TrainedModel> {
  const { training, heldOut, inputEncoding } = await loadCredit();
  const trees = boost(training, {
    ...{ trees: TREES, depth: 4, learningRate: 0.1, lambda: 5, minHessian: 2, featureShare: 0.3, seed: 7 },
    onTree: (grown) => onProgress?.({ epoch: grown, epochs: TREES, loss: Number.NaN }),
    signal,
  });
  const folder = await mkdtemp(join(tmpdir(), "credit-trees-"));
  try {
    const file = join(folder, "model.json");
    await writeFile(file, toXgboostJson(trees, inputEncoding.names!));
    return { floatModel: await readModelFile(file), training, heldOut, inputEncoding };
  } finally {
    await rm(folder, { recursive: true });
  }
}
