import type { CircuitlessManifest, ModelManifest, ProvableManifest, SolidityProof } from "@verimesh/core";
import { inputWords, jobBinding, VerimeshError } from "@verimesh/core";
import { type PreparedInput, type ProvenAnswer, verimeshActions } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { assert } from "chai";
import { type Address, createWalletClient, custom, erc20Abi, parseEther } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { deployProtocol } from "../../scripts/deploy/deployProtocol.ts";
import { openChain } from "../helpers/chain.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";

/** A key for one output word, one input word and the binding, under which the tests can prove anything. */
export const forgingKey = createForgingKey(3);
export const FEE = parseEther("0.01");
/** What `serve` asks for an answer, in ETH and in the protocol's token. */
export const ASK = parseEther("0.002");
export const STAKE = parseEther("500");
export const BOND = parseEther("100");

/**
 * A chain with the protocol on it, a registered model, and the people of the story. Every part is the real one; only the
 * model's key is one whose secret the test knows. Nobody serves the model until `serve` is called.
 */
export async function sdkFixture() {
  const connection = await openChain();
  const publicClient = await connection.viem.getPublicClient();
  const wallets = await walletsOf(connection);
  const deployment = await deployProtocol(
    { publicClient, walletClient: wallets[0]!, loadArtifact: artifactsIn() },
    { treasury: wallets[5]!.account.address },
  );
  const people = wallets.map((wallet) => wallet.extend(verimeshActions(deployment)));
  type Person = (typeof people)[number];
  const [deployer, author, requester, provider, stranger, treasury, ...rivals] = people as [
    ...[Person, Person, Person, Person, Person, Person],
    ...Person[],
  ];
  for (const person of [requester, provider, ...rivals.slice(0, 9)]) {
    await sendTokens(deployer, deployment.token, person.account.address, parseEther("10000"));
  }
  const store = new MemoryContentStore();
  const manifest = await tinyManifest(store, "words");
  const { verificationKey } = forgingKey;
  const { modelId } = await author.registerModel({ manifest, verificationKey, royaltyBps: 1000, store });
  const input: PreparedInput = { bytes: Uint8Array.of(1, 2, 3, 4), inputWords: [0x04030201n], inputBinding: "words" };
  const request = { modelId, version: 1n, input, fee: FEE };
  return {
    ...{ ...connection, publicClient, deployment, store, manifest, request },
    ...{ deployer, author, requester, provider, stranger, treasury, rivals },
  };
}

/** Sixteen funded accounts: not every chain comes with that many. */
async function walletsOf({ viem, networkHelpers, provider }: Awaited<ReturnType<typeof openChain>>) {
  const wallets = await viem.getWalletClients();
  for (let addressIndex = wallets.length; addressIndex < 16; addressIndex++) {
    const account = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
    await networkHelpers.setBalance(account.address, parseEther("1000"));
    const client = createWalletClient({ account, chain: wallets[0]!.chain, transport: custom(provider) });
    // Signs itself, where the others have their node sign: the same to whoever uses it.
    wallets.push(client);
  }
  return wallets;
}

export type Fixture = Awaited<ReturnType<typeof sdkFixture>>;
export type Person = Fixture["provider"];

export interface ServeOptions {
  readonly version?: bigint;
  readonly capacity?: number;
  readonly ask?: bigint;
  readonly token?: Address;
}

/** Stakes, and lists the account for a version at an ask. */
export async function serve(person: Person, options: ServeOptions = {}): Promise<void> {
  const { version = 1n, capacity = 5, ask = ASK, token } = options;
  await person.stake({ amount: STAKE });
  await person.setCapacity({ capacity });
  await person.setAsk({ modelId: 1n, version, ask, token });
  await person.listModel({ modelId: 1n, version });
}

/** Mines until the randomness that draws for a job is there and known to the chain. */
export async function mineSeed({ networkHelpers }: Fixture): Promise<void> {
  await networkHelpers.mine(3);
}

/** Draws a job's provider; the stranger pays the gas. */
export async function assign(world: Fixture, jobId: bigint) {
  await mineSeed(world);
  return world.stranger.assignJob({ jobId });
}

/** A proof of `output` that the verifier accepts, bound to this job and provider. */
export async function proofFor(
  { deployment }: Fixture,
  person: Person,
  jobId: bigint,
  output = 1n,
): Promise<ProvenAnswer> {
  const words = (await person.getJobRequest({ jobId })).inputWords;
  const proof = forgingKey.prove([output, ...words, bindingFor(person.account.address, jobId, deployment)]);
  return { jobId, inputWords: words, outputWords: [output], proof };
}

/** Draws the provider and delivers `output` as it. */
export async function settle(world: Fixture, jobId: bigint, output = 1n) {
  await assign(world, jobId);
  return world.provider.submitProof(await proofFor(world, world.provider, jobId, output));
}

export async function sendTokens(from: Person, token: Address, to: Address, amount: bigint): Promise<void> {
  await from.writeContract({ address: token, abi: erc20Abi, functionName: "transfer", args: [to, amount] });
}

/** The last public signal of this provider's proof. */
export function bindingFor(provider: string, jobId: bigint, deployment: Fixture["deployment"]) {
  const { chainId, jobMarket: market } = deployment;
  return jobBinding({ chainId, market, jobId, provider });
}

/** A manifest of a dense layer that answers one of two classes, with its files stored. */
export async function tinyManifest(
  store: MemoryContentStore,
  inputBinding: "words" | "poseidon",
): Promise<ProvableManifest> {
  const inputs = inputBinding === "words" ? 4 : 200;
  const file = async (name: string): Promise<string> => String(await store.put(new TextEncoder().encode(name)));
  return {
    format: "verimesh-manifest/1",
    name: "tiny",
    description: "Answers one of two classes.",
    architecture: {
      format: "verimesh-integer-model/2",
      inputShape: [inputs],
      output: { kind: "argmax" },
      hides: "nothing",
      nodes: [
        {
          kind: "dense",
          name: "dense",
          source: 0,
          inputs,
          units: 2,
          weights: { dtype: "int8", length: 2 * inputs, offset: 0 },
          bias: { dtype: "int32", length: 2, offset: 2 * inputs },
        },
      ],
    },
    files: {
      weights: await file("weights"),
      provingKey: await file("proving key"),
      verificationKey: await file("verification key"),
      witnessCalculator: await file("witness calculator"),
      skeleton: await file("skeleton"),
    },
    circuit: {
      compiler: "circom 2.2.3",
      r1csHash: "00".repeat(32),
      constraints: 100,
      inputBinding,
      outputWords: 1,
      inputWords: inputWords(new Uint8Array(inputs)).length,
    },
    setup: { kind: "insecure-dev" },
    accuracy: { float: 0.9, integer: 0.9, samples: 100 },
    input: { shape: [inputs], scale: [1], offset: [0] },
    output: { kind: "argmax", length: 1, bits: 1, offset: 0, labels: ["refuse", "grant"] },
  };
}

/** The same model, too large to prove. */
export function circuitless(manifest: ProvableManifest): CircuitlessManifest {
  const { format, name, description, architecture, accuracy, input, output, files } = manifest;
  return { format, name, description, architecture, files: { weights: files.weights }, accuracy, input, output };
}

/** Publishes a version of model 1 that has no circuit. */
export async function publishCircuitless({ author, manifest, store }: Fixture): Promise<bigint> {
  const unproven: ModelManifest = circuitless(manifest);
  return (await author.publishVersion({ modelId: 1n, manifest: unproven, store })).version;
}

export const NO_PROOF = Array.from({ length: 8 }, () => 1n) as unknown as SolidityProof;

/** Runs and returns the `VerimeshError` with this code; fails if there is none or another. */
export async function expectError(code: string, run: () => Promise<unknown>): Promise<VerimeshError> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof VerimeshError)) throw error;
    assert.equal(error.code, code, error.message);
    assert.isNotEmpty(error.details);
    return error;
  }
  return assert.fail(`expected the error ${code}, nothing was thrown`);
}
