import type { CircuitlessManifest } from "@verimesh/core";
import type { Deployment, EndReason } from "@verimesh/sdk";
import type { FileContentStore } from "@verimesh/storage";
import { parseEther } from "viem";
import { PARTS, userOf } from "../accounts.ts";
import type { PublishedModel } from "../models.ts";
import type { InTurn } from "./turns.ts";

/** What the failures share: the network, and a model to publish versions of that only their own parties serve. */
export interface FailureStage {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly content: FileContentStore;
  readonly credit: PublishedModel;
  readonly digits: PublishedModel;
  readonly signal: AbortSignal;
  /** Author, requester and the holder of the tokens are shared by all failures. */
  readonly inTurn: InTurn;
  /** An account that nobody else uses: it sends what anyone may send. */
  readonly stranger: ReturnType<typeof userOf>;
}

/** A job that failed, and where its money went. */
export interface FailureReport {
  readonly jobId: number;
  /** What happened, for people. */
  readonly story: string;
  readonly policy: string;
  readonly reason: EndReason;
  /** Wei that were paid, and wei that are the requester's again. */
  readonly fee: bigint;
  readonly refunded: bigint;
  /** Bonds that were cut over it, in the stake token's smallest unit. */
  readonly slashed: bigint;
}

/** The price of everything that fails here. */
export const FAILURE_FEE = parseEther("0.003");
/** The shortest time that the market allows for anything, in seconds. */
export const SHORTEST = 10;

/** Publishes the credit model again, so that a failure has a version of its own: the real workers do not serve it. */
export async function publishCopy(stage: FailureStage): Promise<bigint> {
  const { credit, content, signal } = stage;
  const author = userOf(stage.rpcUrl, PARTS.author, stage.deployment);
  const { modelId, manifest, verificationKey } = credit;
  const { version } = await stage.inTurn(() =>
    author.publishVersion({ modelId, manifest, verificationKey, store: content, signal }),
  );
  return version;
}

/** As `publishCopy`, without a circuit: what it answers can be voted on and not proved. */
export async function publishWithoutCircuit(stage: FailureStage): Promise<bigint> {
  const { credit, content, signal } = stage;
  const author = userOf(stage.rpcUrl, PARTS.author, stage.deployment);
  const { format, name, description, architecture, accuracy, input, output, files } = credit.manifest;
  const manifest: CircuitlessManifest = {
    ...{ format, name, description, architecture, accuracy, input, output },
    files: { weights: files.weights },
  };
  const { version } = await stage.inTurn(() =>
    author.publishVersion({ modelId: credit.modelId, manifest, store: content, signal }),
  );
  return version;
}
