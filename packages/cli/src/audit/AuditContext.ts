import { parseCid, type ContentStore } from "@verimesh/storage";
import { getEvents, type SaltStore, toVerimeshError } from "@verimesh/sdk";
import type {
  Abi,
  ContractEventName,
  ContractFunctionArgs,
  ContractFunctionName,
  Hash,
  ReadContractParameters,
} from "viem";
import type { Reader } from "../commands/Context.ts";
import type { Findings } from "./Findings.ts";

/** What the checks of an audit share. */
export interface AuditContext extends Pick<Reader, "client" | "deployment"> {
  readonly store: ContentStore;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  /** Path of the phase-1 file of a ceremony, where the auditor has it. */
  readonly ptau?: string | undefined;
  /** What opens the auditor's own jobs, where the input of a hidden one is not to be fetched. */
  readonly salts?: Pick<SaltStore, "get"> | undefined;
}

/** Reads a contract; what fails is a `VerimeshError`. */
export async function readChain<
  const abi extends Abi,
  name extends ContractFunctionName<abi, "pure" | "view">,
  const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
>({ client, signal }: Pick<AuditContext, "client" | "signal">, call: ReadContractParameters<abi, name, args>) {
  signal.throwIfAborted();
  try {
    return await client.readContract(call);
  } catch (error) {
    throw toVerimeshError(error);
  }
}

/** All events of a contract since it was deployed, oldest first. */
export function readEvents<const abi extends Abi, name extends ContractEventName<abi>>(
  { client, deployment, signal }: Pick<AuditContext, "client" | "deployment" | "signal">,
  contract: { readonly address: `0x${string}`; readonly abi: abi },
  eventName: name,
  args: Readonly<Record<string, unknown>>,
) {
  return getEvents(client, { ...contract, eventName, args, fromBlock: BigInt(deployment.deployedAtBlock), signal });
}

/** A transaction that an event names. */
export async function readTransaction({ client, signal }: Pick<AuditContext, "client" | "signal">, hash: Hash) {
  signal.throwIfAborted();
  return client.getTransaction({ hash }).catch((error: unknown) => {
    throw toVerimeshError(error);
  });
}

/** The time of a block, in seconds since the epoch. */
export async function readTimeOf(
  { client, signal }: Pick<AuditContext, "client" | "signal">,
  { blockNumber }: { readonly blockNumber: bigint },
): Promise<bigint> {
  signal.throwIfAborted();
  const { timestamp } = await client.getBlock({ blockNumber }).catch((error: unknown) => {
    throw toVerimeshError(error);
  });
  return timestamp;
}

/** A file by its CID, which the store has checked it against. */
export function fetchFile({ store, signal }: AuditContext, cid: string, maxBytes: number): Promise<Uint8Array> {
  return store.get(parseCid(cid), { signal, maxBytes });
}
