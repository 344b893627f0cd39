/** Everything that an audit reads from the chain, and each value of it altered, one at a time. */
import {
  groth16VerifierAbi,
  jobMarketAbi,
  modelRegistryAbi,
  optimisticPolicyAbi,
  providerSelectionAbi,
  providerStakingAbi,
  quorumPolicyAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import {
  type Abi,
  type AbiEvent,
  type AbiFunction,
  type AbiParameter,
  decodeAbiParameters,
  decodeEventLog,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  numberToHex,
  toEventSelector,
} from "viem";

/** All that answers are decoded with: a function or an event of the same name has the same types in each contract. */
const ABI: Abi = [
  ...jobMarketAbi,
  ...quorumPolicyAbi,
  ...optimisticPolicyAbi,
  ...modelRegistryAbi,
  ...verifierRegistryAbi,
  ...providerStakingAbi,
  ...providerSelectionAbi,
  ...groth16VerifierAbi,
  ...verimeshTokenAbi,
];
const EVENTS = ABI.filter((item) => item.type === "event");

type Request = (args: { method: string; params?: unknown }) => Promise<unknown>;

/** One value of an answer, and the answer with it altered. */
export interface Alteration {
  /** Such as `jobOf.fee`, `FeePaid.royaltyAmount`, `FeePaid (missing)`, `defendAnswer().proof[]`. */
  readonly name: string;
  readonly key: string;
  readonly answer: unknown;
}

/** Answers as the node does, remembers each, and gives another one where it is told to. */
export class Tampering {
  readonly #answers = new Map<
    string,
    { readonly method: string; readonly params: unknown; readonly answer: unknown }
  >();
  readonly #node: Request;
  #alteration: Alteration | undefined;

  constructor(node: Request) {
    this.#node = node;
  }

  readonly request: Request = async ({ method, params }) => {
    const key = JSON.stringify([method, params]);
    if (key === this.#alteration?.key) return this.#alteration.answer;
    const known = this.#answers.get(key);
    if (known !== undefined) return known.answer;
    const answer = await this.#node({ method, ...(params !== undefined && { params }) });
    this.#answers.set(key, { method, params, answer });
    return answer;
  };

  /** Each value of each answer so far, altered; of events only those of the transactions that were about this job. */
  alterations(jobId?: bigint): Alteration[] {
    const answers = [...this.#answers];
    const topic = jobId === undefined ? undefined : numberToHex(jobId, { size: 32 });
    const transactions = new Set<string>();
    for (const [, { method, answer }] of answers) {
      if (method !== "eth_getLogs") continue;
      for (const { topics, transactionHash } of answer as Log[]) {
        if (topics[1] === topic) transactions.add(transactionHash!);
      }
    }
    const isAbout = (log: Log): boolean =>
      jobId === undefined || transactions.has(log.transactionHash!) || !isOfMany(log);
    return answers.flatMap(([key, { method, params, answer }]) =>
      alterationsOf(method, params, answer, isAbout).map(([name, altered]) => ({ name, key, answer: altered })),
    );
  }

  async while<T>(alteration: Alteration, act: () => Promise<T>): Promise<T> {
    this.#alteration = alteration;
    try {
      return await act();
    } finally {
      this.#alteration = undefined;
    }
  }
}

/** Of these one query gives those of other jobs too; of the transfers, those of tokens that pay. */
function isOfMany(log: Log): boolean {
  const { name } = eventOf(log);
  return name === "Transfer" ? log.topics.length === 3 : name === "BondSlashed" || name === "EarningsShared";
}

type Named = [name: string, altered: unknown];

function alterationsOf(method: string, params: unknown, answer: unknown, isAbout: (log: Log) => boolean): Named[] {
  const [first, block] = (params ?? []) as [Query?, string?];
  if (method === "eth_call") return inResult(first!.data!, block, answer as Hex);
  // One block's events are read to see that it has no others.
  if (method === "eth_getLogs") return ofOneBlock(first) ? [] : inLogs(answer as Log[], isAbout);
  if (method === "eth_getTransactionByHash") return inTransaction(answer as Transaction);
  if (method === "eth_getCode") return [["code", `${(answer as Hex).slice(0, -1)}0`]];
  if (method !== "eth_getBlockByNumber") return [];
  const { timestamp, mixHash } = answer as Record<"timestamp" | "mixHash", Hex>;
  return [
    ["block.timestamp", { ...(answer as object), timestamp: numberToHex(BigInt(timestamp) - 100_000n) }],
    ["block.mixHash", { ...(answer as object), mixHash: flipped(mixHash) }],
  ];
}

function inResult(data: Hex, block: string | undefined, answer: Hex): Named[] {
  const { functionName } = decodeFunctionData({ abi: ABI, data });
  const item = ABI.find((each): each is AbiFunction => each.type === "function" && each.name === functionName)!;
  const values = decodeAbiParameters(item.outputs, answer);
  const name = block === undefined || block === "latest" ? functionName : `${functionName}@before`;
  return leavesOf(item.outputs, values, name).map(([leaf, altered]) => {
    return [leaf, encodeAbiParameters(item.outputs, altered as unknown[])];
  });
}

interface Query {
  readonly data?: Hex;
  readonly fromBlock?: Hex;
  readonly toBlock?: Hex;
}

function ofOneBlock(query: Query | undefined): boolean {
  return query?.fromBlock !== undefined && query.fromBlock === query.toBlock;
}

interface Log {
  readonly topics: [Hex, ...Hex[]];
  readonly data: Hex;
  readonly transactionHash?: Hex;
}

/** Tokens of both kinds announce a `Transfer`: of one the last value is indexed. */
function eventOf({ topics }: Log): AbiEvent {
  return EVENTS.find(
    (each) =>
      toEventSelector(each) === topics[0] && each.inputs.filter(({ indexed }) => indexed).length === topics.length - 1,
  )!;
}

/** Each event missing, each twice, each of its values altered. */
function inLogs(logs: readonly Log[], isAbout: (log: Log) => boolean): Named[] {
  return logs.flatMap((log, at) => {
    if (!isAbout(log)) return [];
    const event = eventOf(log);
    const { args } = decodeEventLog({ abi: [event], ...log }) as unknown as { args: Record<string, unknown> };
    const values = event.inputs.map(({ name }) => args[name!]);
    const rest = logs.filter((_, i) => i !== at);
    const altered = leavesOf(event.inputs, values, event.name).map(([leaf, changed]): Named => [
      leaf,
      logs.map((each, i) => (i === at ? { ...each, ...encodeLog(event, changed as unknown[]) } : each)),
    ]);
    return [[`${event.name} (missing)`, rest], [`${event.name} (twice)`, [...logs, log]], ...altered] as Named[];
  });
}

function encodeLog(event: AbiEvent, values: readonly unknown[]): Log {
  const args = Object.fromEntries(event.inputs.map(({ name }, i) => [name!, values[i]]));
  const plain = event.inputs.flatMap((input, i) => (input.indexed ? [] : [{ input, value: values[i] }]));
  return {
    topics: encodeEventTopics({ abi: [event], eventName: event.name, args }) as [Hex, ...Hex[]],
    data: encodeAbiParameters(
      plain.map(({ input }) => input),
      plain.map(({ value }) => value),
    ),
  };
}

interface Transaction {
  readonly input: Hex;
  readonly value: Hex;
  readonly to: Hex;
}

function inTransaction(transaction: Transaction): Named[] {
  const call = decodeFunctionData({ abi: ABI, data: transaction.input });
  const { functionName } = call;
  const args = call.args ?? [];
  const item = ABI.find((each): each is AbiFunction => each.type === "function" && each.name === functionName)!;
  const altered = leavesOf(item.inputs, args, `${functionName}()`).map(([leaf, changed]): Named => [
    leaf,
    { ...transaction, input: encodeFunctionData({ abi: [item], functionName, args: changed as unknown[] }) },
  ]);
  const value = numberToHex(BigInt(transaction.value) + 1n);
  if (item.stateMutability !== "payable") return altered;
  return [...altered, [`${functionName}() value`, { ...transaction, value }]];
}

/** The values with each single one inside altered: of a list, its first and its last. */
function leavesOf(parameters: readonly AbiParameter[], values: readonly unknown[], path: string): Named[] {
  return parameters.flatMap((parameter, at) => {
    const inner = parameter.name ? `${path}.${parameter.name}` : path;
    const place = (changed: unknown): unknown[] => values.map((value, i) => (i === at ? changed : value));
    return leaves(parameter, values[at], inner).map(([name, changed]): Named => [name, place(changed)]);
  });
}

function leaves(parameter: AbiParameter, value: unknown, path: string): Named[] {
  const list = /^(.*)\[\d*\]$/.exec(parameter.type);
  if (list !== null) {
    const elements = value as readonly unknown[];
    const ends = [...new Set([0, elements.length - 1])].filter((index) => index >= 0 && index < elements.length);
    return ends.flatMap((at) =>
      leaves({ ...parameter, type: list[1]! }, elements[at], `${path}[]`).map(([name, changed]): Named => [
        name,
        elements.map((element, i) => (i === at ? changed : element)),
      ]),
    );
  }
  if ("components" in parameter) {
    const fields = value as Record<string, unknown>;
    return parameter.components.flatMap((field) =>
      leaves(field, fields[field.name!], `${path}.${field.name!}`).map(([name, changed]): Named => [
        name,
        { ...fields, [field.name!]: changed },
      ]),
    );
  }
  return [[path, alter(value)]];
}

function alter(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "bigint") return value ^ 1n;
  if (typeof value === "number") return value ^ 1;
  const text = value as string;
  if (!text.startsWith("0x")) return `${text}x`;
  return text === "0x" ? "0x00" : flipped(text.toLowerCase() as Hex);
}

/** The same number of bytes, the last bit another. */
function flipped(bytes: Hex): Hex {
  return numberToHex(BigInt(bytes) ^ 1n, { size: (bytes.length - 2) / 2 });
}
