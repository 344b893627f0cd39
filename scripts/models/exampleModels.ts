import * as credit from "@verimesh/example-credit-desk/model";
import * as digits from "@verimesh/example-digits/model";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";
import type { CompileModelOptions } from "@verimesh/compiler";

/** A model of `examples/`, and how it is compiled. */
export interface ExampleModel {
  readonly name: string;
  readonly description: string;
  readonly output: CompileModelOptions["output"];
  readonly labels?: readonly string[];
  readonly train: (options: TrainOptions) => Promise<TrainedModel>;
  /** Folders and files that decide what comes of training, below the repository's root. */
  readonly sources: readonly string[];
}

export const exampleModels = {
  digits: { ...digits, output: { kind: "argmax" }, sources: ["examples/digits"] },
  credit: {
    ...credit,
    output: { kind: "scores" },
    sources: ["examples/credit-desk", "examples/data/german-credit.csv"],
  },
} as const satisfies Record<string, ExampleModel>;
