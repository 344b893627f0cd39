import { modelRegistryAbi, verifierRegistryAbi } from "@verimesh/abi";
import { type ModelManifest, publicWordsOf } from "@verimesh/core";
import { type Address, type Hex, zeroAddress } from "viem";
import { estimateContractGas, getGasPrice } from "viem/actions";
import { attempt, read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { requireAccount } from "../client/write.ts";

export interface EstimateRegistrationParameters extends Pick<WriteOptions, "deployment" | "account" | "signal"> {
  readonly manifest: ModelManifest;
  /** As `registerModel` takes it; none for a model without a circuit. */
  readonly verificationKey?: Hex | undefined;
  /** The manifest's by default. */
  readonly name?: string | undefined;
  readonly royaltyBps: number;
}

export interface PlannedTransaction {
  readonly name: "deployVerifier" | "registerModel";
  readonly gas: bigint;
  /** Wei at the gas price of now. */
  readonly cost: bigint;
}

export interface EstimateRegistrationReturnType {
  /** In the order in which `registerModel` sends them; no `deployVerifier` where the key's verifier is there. */
  readonly transactions: readonly PlannedTransaction[];
  /** Wei. */
  readonly gasPrice: bigint;
  readonly cost: bigint;
}

/** As long as a manifest's CID, and as dear as one can be: its hash is not known before it is published. */
const ANY_CID: Hex = `0x01a9021220${"ff".repeat(32)}`;
/**
 * What the registry spends on looking at a verifier. A node cannot estimate that before the verifier is there: until then
 * the model's transaction is estimated without one, and this is added. A test compares with what is spent.
 */
const VERIFIER_CHECK_GAS = 15_000n;

/**
 * Tells, before anything is sent, which transactions `registerModel` will send and what they cost.
 * @throws VerimeshError as `registerModel`, of what can be known before: `ModelNameInvalid`, `RoyaltyTooHigh`,
 * `WordCountInvalid`, `VerificationKeyPointInvalid`, `FUNDS_INSUFFICIENT`, `ACCOUNT_MISSING`, …
 * @example
 * const { transactions, cost } = await estimateRegistration(client, {
 *   deployment, manifest, verificationKey: encodeVerificationKey(key), royaltyBps: 500,
 * });
 */
export async function estimateRegistration(
  client: VerimeshClient,
  parameters: EstimateRegistrationParameters,
): Promise<EstimateRegistrationReturnType> {
  const { deployment, manifest, name = manifest.name, royaltyBps, verificationKey, signal } = parameters;
  const account = requireAccount(client, parameters.account);
  const gasPrice = await attempt(() => getGasPrice(client), signal);
  const registerWith = async (verifier: Address): Promise<bigint> => {
    const { outputWords, inputWords } = publicWordsOf(manifest);
    const args = [name, BigInt(royaltyBps), ANY_CID, verifier, outputWords, inputWords] as const;
    const call = { address: deployment.modelRegistry, abi: modelRegistryAbi, functionName: "registerModel" } as const;
    return attempt(() => estimateContractGas(client, { ...call, args, account }), signal);
  };
  const planned: Omit<PlannedTransaction, "cost">[] = [];
  if (verificationKey === undefined) {
    planned.push({ name: "registerModel", gas: await registerWith(zeroAddress) });
  } else {
    const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
    const proofSystem = await read(client, { ...registry, functionName: "GROTH16_BN254" }, signal);
    const args = [proofSystem, verificationKey] as const;
    const verifier = await read(client, { ...registry, functionName: "predictVerifier", args }, signal);
    if (await read(client, { ...registry, functionName: "isVerifier", args: [verifier] }, signal)) {
      planned.push({ name: "registerModel", gas: await registerWith(verifier) });
    } else {
      const call = { ...registry, functionName: "deployVerifier", args, account } as const;
      const gas = await attempt(() => estimateContractGas(client, call), signal);
      planned.push({ name: "deployVerifier", gas });
      planned.push({ name: "registerModel", gas: (await registerWith(zeroAddress)) + VERIFIER_CHECK_GAS });
    }
  }
  const transactions = planned.map((transaction) => ({ ...transaction, cost: transaction.gas * gasPrice }));
  return { transactions, gasPrice, cost: transactions.reduce((sum, { cost }) => sum + cost, 0n) };
}
