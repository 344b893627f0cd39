import type { CompileModelOptions } from "@verimesh/compiler";
import * as creditDense from "@verimesh/example-credit-desk/model";
import * as creditTrees from "@verimesh/example-credit-desk/trees";
import * as encoder from "@verimesh/example-digits/encoder";
import * as lenet from "@verimesh/example-digits/lenet";
import * as digits from "@verimesh/example-digits/model";
import { mlp1024, mlp128 } from "@verimesh/example-digits/perceptrons";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";

/** A model of `examples/`, and how it is compiled. */
export interface ExampleModel extends Pick<CompileModelOptions, "output" | "weightBits" | "activationBits"> {
  readonly name: string;
  readonly description: string;
  readonly labels?: readonly string[];
  readonly train: (options: TrainOptions) => Promise<TrainedModel>;
  /** Folders and files that decide what comes of training, below the repository's root. */
  readonly sources: readonly string[];
}

const digit = { output: { kind: "argmax" } } as const;
const digitSources = ["examples/digits/data.ts", "examples/digits/trainDigits.ts"];
const score = { output: { kind: "scores" } } as const;
const creditSources = ["examples/credit-desk/data.ts", "examples/data/german-credit.csv"];

/** Those that `npm start` shows. */
export const exampleModels = {
  digits: { ...digits, ...digit, sources: [...digitSources, "examples/digits/model.ts"] },
  credit: { ...creditDense, ...score, sources: [...creditSources, "examples/credit-desk/model.ts"] },
} as const satisfies Record<string, ExampleModel>;

/** Those that `npm run bench` measures. */
export const benchModels: readonly ExampleModel[] = [
  { ...mlp128, ...digit, sources: [...digitSources, "examples/digits/perceptrons.ts"] },
  { ...lenet, ...digit, sources: [...digitSources, "examples/digits/lenet.ts"] },
  { ...mlp1024, ...digit, sources: [...digitSources, "examples/digits/perceptrons.ts"] },
  { ...creditTrees, ...score, sources: [...creditSources, "examples/credit-desk/trees.ts"] },
  { ...exampleModels.credit, name: "credit-dense" },
  { ...encoder, ...digit, sources: [...digitSources, "examples/digits/encoder.ts"] },
];
