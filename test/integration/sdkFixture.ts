import type { ModelManifest, SolidityProof } from "@verimesh/core";
import { inputWords, jobBinding, VerimeshError } from "@verimesh/core";
import { type PreparedInput, verimeshActions } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { assert } from "chai";
import { network } from "hardhat";
import { erc20Abi, parseEther } from "viem";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { deployProtocol } from "../../scripts/deploy/deployProtocol.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";

/** A key for one output word, one input word and the binding, under which the tests can prove anything. */
export const forgingKey = createForgingKey(3);
export const FEE = parseEther("0.01");
export const STAKE = parseEther("500");

/**
 * A chain with the protocol on it, a registered model, and the people of the story. Every part is the real one; only the
 * model's key is one whose secret the test knows.
 */
export async function sdkFixture() {
  const connection = await network.create();
  const publicClient = await connection.viem.getPublicClient();
  const wallets = await connection.viem.getWalletClients();
  const deployment = await deployProtocol(
    { publicClient, walletClient: wallets[0]!, loadArtifact: artifactsIn() },
    { treasury: wallets[5]!.account.address },
  );
  const people = wallets.map((wallet) => wallet.extend(verimeshActions(deployment)));
  type Person = (typeof people)[number];
  const [deployer, author, requester, provider, stranger] = people as [Person, Person, Person, Person, Person];
  for (const person of [requester, provider]) {
    await deployer.writeContract({
      address: deployment.token,
      abi: erc20Abi,
      functionName: "transfer",
      args: [person.account.address, parseEther("10000")],
    });
  }
  const store = new MemoryContentStore();
  const manifest = await tinyManifest(store, "words");
  const { modelId } = await author.registerModel({
    manifest,
    verificationKey: forgingKey.verificationKey,
    royaltyBps: 1000,
    store,
  });
  const input: PreparedInput = { bytes: Uint8Array.of(1, 2, 3, 4), inputWords: [0x04030201n], inputBinding: "words" };
  const request = { modelId, version: 1n, input, fee: FEE };
  return {
    ...connection,
    publicClient,
    deployment,
    deployer,
    author,
    requester,
    provider,
    stranger,
    store,
    manifest,
    request,
  };
}

export type Fixture = Awaited<ReturnType<typeof sdkFixture>>;

/** Claims a job and delivers `output` with a proof that the verifier accepts. */
export async function settle({ provider, deployment }: Fixture, jobId: bigint, output = 1n) {
  const words = (await provider.getJobRequest({ jobId })).inputWords;
  await provider.claimJob({ jobId });
  const binding = bindingFor(provider.account.address, jobId, deployment);
  const proof = forgingKey.prove([output, ...words, binding]);
  return provider.submitProof({ jobId, inputWords: words, outputWords: [output], proof });
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
): Promise<ModelManifest> {
  const inputs = inputBinding === "words" ? 4 : 200;
  const file = async (name: string): Promise<string> => String(await store.put(new TextEncoder().encode(name)));
  return {
    format: "verimesh-manifest/1",
    name: "tiny",
    description: "Answers one of two classes.",
    architecture: {
      format: "verimesh-integer-model/1",
      inputShape: [inputs],
      output: "argmax",
      layers: [
        {
          kind: "dense",
          name: "dense",
          inputs,
          units: 2,
          weights: { dtype: "int8", shape: [inputs, 2], offset: 0 },
          bias: { dtype: "int32", shape: [2], offset: 2 * inputs },
          requantization: null,
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
      inputWords: inputWords(new Uint8Array(inputs), inputBinding).length,
    },
    setup: { kind: "insecure-dev" },
    accuracy: { float: 0.9, integer: 0.9, samples: 100 },
    input: { shape: [inputs], scale: [1], offset: [0] },
    output: { kind: "argmax", length: 1, bits: 1, offset: 0, labels: ["refuse", "grant"] },
  };
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
