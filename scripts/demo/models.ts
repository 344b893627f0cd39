import { storeBundle } from "@verimesh/cli";
import { encodeInput, runReference } from "@verimesh/core";
import type { Deployment } from "@verimesh/sdk";
import type { FileContentStore } from "@verimesh/storage";
import type { Hex } from "viem";
import { type ExampleModel, exampleModels } from "../models/exampleModels.ts";
import { prepareModel } from "../models/prepareModel.ts";
import { PARTS, userOf } from "./accounts.ts";
import type { RegisteredModel } from "./jobs.ts";
import type { ModelReport } from "./report.ts";
import type { Reporter } from "./reporter.ts";

export type PublishedModel = RegisteredModel & {
  readonly report: ModelReport;
  /** As the contracts take it. */
  readonly verificationKey: Hex;
};

export interface PublishedModels {
  readonly digits: PublishedModel;
  readonly credit: PublishedModel;
  /** Held-out applicants with a high and a low score. */
  readonly clearlyGood: number;
  readonly clearlyBad: number;
}

export interface PublishModelsOptions {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly content: FileContentStore;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

const ROYALTY_BPS = 1000;
const PARTS_OF_WORK = {
  train: "training",
  compile: "compiling the circuit",
  link: "linking the weights",
  setup: "making the key",
};

/** Trains, compiles, sets up and registers both example models, as their author. */
export async function publishModels(options: PublishModelsOptions): Promise<PublishedModels> {
  const digits = await publishModel(options, exampleModels.digits);
  const credit = await publishModel(options, exampleModels.credit);
  const scores = credit.samples.map(
    ({ features }) =>
      runReference(credit.model, encodeInput(features, credit.manifest.input, { clamp: true })).output[0]!,
  );
  return {
    digits,
    credit,
    clearlyGood: scores.indexOf(Math.max(...scores)),
    clearlyBad: scores.indexOf(Math.min(...scores)),
  };
}

async function publishModel(options: PublishModelsOptions, example: ExampleModel): Promise<PublishedModel> {
  const { rpcUrl, deployment, content, reporter, signal } = options;
  const building = reporter.step(`Building ${example.name}`);
  const { model, bundle, samples } = await prepareModel(example, {
    signal,
    onProgress: (part, detail) => building.progress([PARTS_OF_WORK[part], detail].filter(Boolean).join(": ")),
  });
  const manifest = await storeBundle(bundle, content, { signal });
  const { accuracy, circuit } = manifest;
  building.done(
    `${(100 * accuracy.integer).toFixed(1)} % right on ${accuracy.samples.toLocaleString("en")} held-out samples, ` +
      `${circuit.constraints.toLocaleString("en")} constraints`,
  );

  const registering = reporter.step(`Registering ${example.name}`);
  const author = userOf(rpcUrl, PARTS.author, deployment);
  const { verificationKey } = bundle;
  const published = await author.registerModel({ manifest, verificationKey, store: content, royaltyBps: ROYALTY_BPS });
  const { modelId, version, verifier } = published;
  registering.done(`model ${modelId}, verifier ${verifier}`);
  const report: ModelReport = {
    name: example.name,
    modelId: Number(modelId),
    floatAccuracy: accuracy.float,
    integerAccuracy: accuracy.integer,
    constraints: circuit.constraints,
  };
  return { name: example.name, modelId, version, manifest, verificationKey, model, samples, report };
}
