import { VerimeshError, type Prover } from "@verimesh/core";
import type { BackendName } from "@verimesh/executor";
import type { Deployment } from "@verimesh/sdk";
import type { ContentStore } from "@verimesh/storage";
import type { LocalAccount } from "viem";
import type { Terms } from "./jobs/assess.ts";
import { checkOffers, type Offer } from "./listings/Offer.ts";
import type { Logger } from "./log.ts";

/** What a provider sets; `createWorker` fills in the rest. */
export interface WorkerConfig {
  readonly deployment: Deployment;
  readonly rpcUrl: string;
  /** Signs all that the worker sends. One account, one worker: two would use each other's nonces. */
  readonly account: LocalAccount;
  /** Where content comes from: a gateway's address, or any store. */
  readonly content: string | ContentStore;
  /** Journal, lock and cursor: a folder per chain, market and account below this one. */
  readonly dataDirectory: string;
  /** Content and what can be had again. */
  readonly cacheDirectory: string;
  /**
   * What the provider offers, compared with the chain at the start. If undefined: whatever it has listed. Either way it is
   * the listings on the chain that it is drawn for, and that the worker serves.
   */
  readonly offers?: readonly Offer[] | undefined;
  /** Lists, unlists and prices on the chain as `offers` and `capacity` say, instead of only telling the differences. */
  readonly updateListings?: boolean;
  readonly terms?: Partial<Terms>;
  /** Jobs worked on at once. Default 1. The provider's capacity on the chain should be the same. */
  readonly capacity?: number;
  /** Delivers in open rounds, where another may be faster. Default true. */
  readonly openRounds?: boolean;
  /** Runs others' optimistic answers of the versions it serves again, and challenges wrong ones with a bond. */
  readonly challenge?: boolean;
  /** Ends whatever others left past its time, also where there is nothing in it for this provider. */
  readonly endAll?: boolean;
  /** Blocks that a drawn provider has to send its draw itself before others do. Default 4. */
  readonly graceBlocks?: number;
  /** Between workers that may all do the same. Default 1 on local chains, else 6. */
  readonly staggerSeconds?: number;
  /** How long missing content is looked for before a job is declined. Default 60. */
  readonly contentSeconds?: number;
  /** How long a proven answer waits for others to go to the chain with. Default 0: what is ready at once goes together. */
  readonly batchSeconds?: number;
  /** Blocks until an event or a transaction is believed, 1 being its own alone. Default 1 on local chains, else 3. */
  readonly confirmations?: number;
  readonly pollSeconds?: number;
  /** Without a receipt for so long, a transaction is sent again with a higher fee. Default 45. */
  readonly resendSeconds?: number;
  /** Blocks per event query, above 64. Default 2000. */
  readonly chunkBlocks?: number;
  /** Serves models with development keys elsewhere than on a local chain. */
  readonly allowInsecureSetup?: boolean;
  /** Most seconds for the rehearsal of a version: an author's files can be made to run without end. Default 900. */
  readonly rehearsalSeconds?: number;
  /** The best that loads if undefined. */
  readonly backend?: BackendName | undefined;
  readonly status?: { readonly host?: string; readonly port: number } | undefined;
  readonly logger?: Logger;
  /** Another prover than snarkjs in a thread; the worker does not end it. */
  readonly prover?: Prover;
}

/** Chain ids of Hardhat, anvil and ganache: whatever happens there costs nobody anything. */
const LOCAL_CHAINS: readonly number[] = [31337, 1337];

export const OVERLAP_BLOCKS = 32;

const DEFAULT_TERMS: Terms = { minimumAnswerSeconds: 0, maximumCallbackGas: 300_000 };

export function withDefaults(config: WorkerConfig) {
  const isLocal = LOCAL_CHAINS.includes(config.deployment.chainId);
  const settings = {
    capacity: config.capacity ?? 1,
    confirmations: config.confirmations ?? (isLocal ? 1 : 3),
    pollSeconds: config.pollSeconds ?? (isLocal ? 0.25 : 4),
    resendSeconds: config.resendSeconds ?? 45,
    chunkBlocks: config.chunkBlocks ?? 2000,
    allowInsecureSetup: config.allowInsecureSetup ?? isLocal,
    rehearsalSeconds: config.rehearsalSeconds ?? 900,
    updateListings: config.updateListings ?? false,
    graceBlocks: config.graceBlocks ?? 4,
    staggerSeconds: config.staggerSeconds ?? (isLocal ? 1 : 6),
    contentSeconds: config.contentSeconds ?? 60,
    batchSeconds: config.batchSeconds ?? 0,
    habits: {
      openRounds: config.openRounds ?? true,
      challenge: config.challenge ?? false,
      endAll: config.endAll ?? false,
    },
    terms: { ...DEFAULT_TERMS, ...config.terms },
  };
  check("capacity", settings.capacity, 1, 64, true);
  check("confirmations", settings.confirmations, 1, 64, true);
  check("pollSeconds", settings.pollSeconds, 0.01, 3600);
  check("resendSeconds", settings.resendSeconds, 1, 86_400);
  check("rehearsalSeconds", settings.rehearsalSeconds, 1, 86_400);
  check("graceBlocks", settings.graceBlocks, 0, 256, true);
  check("staggerSeconds", settings.staggerSeconds, 0, 3600);
  check("contentSeconds", settings.contentSeconds, 0, 86_400);
  check("batchSeconds", settings.batchSeconds, 0, 3600);
  checkOffers(config.offers ?? []);
  check("chunkBlocks", settings.chunkBlocks, 2 * OVERLAP_BLOCKS, 1_000_000, true);
  return settings;
}

function check(name: string, value: number, low: number, high: number, whole = false): void {
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return;
  throw new VerimeshError(`The worker's ${name} is ${value}.`, {
    code: "CONFIG_INVALID",
    details: `Expected a ${whole ? "whole number" : "number"} from ${low} to ${high}.`,
  });
}
