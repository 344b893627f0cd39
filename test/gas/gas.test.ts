import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { Hash } from "viem";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { createForgingKey } from "../helpers/forgingKey.ts";
import {
  FEE,
  GROTH16_BN254,
  INPUT_WORDS,
  jobRequest,
  MANIFEST_CID,
  OUTPUT_WORDS,
  startProtocol,
} from "../helpers/protocol.ts";

/**
 * Gas per operation and bytecode sizes against test/gas/snapshot.json. The chain, its accounts and the proofs are the
 * same in each run, so the figures are exact. After a change that you mean, write the new figures:
 *
 *   UPDATE_GAS=1 hardhat test mocha test/gas/gas.test.ts
 */
interface Snapshot {
  readonly gas: Record<string, number>;
  readonly bytecode: Record<string, number>;
}

const snapshotFile = new URL("./snapshot.json", import.meta.url);
const loadArtifact = artifactsIn();
const contracts: Record<string, string> = {
  VerimeshToken: "contracts/token/VerimeshToken.sol:VerimeshToken",
  Groth16Verifier: "contracts/verifiers/Groth16Verifier.sol:Groth16Verifier",
  VerifierRegistry: "contracts/verifiers/VerifierRegistry.sol:VerifierRegistry",
  ModelRegistry: "contracts/models/ModelRegistry.sol:ModelRegistry",
  ProviderStaking: "contracts/providers/ProviderStaking.sol:ProviderStaking",
  JobMarket: "contracts/jobs/JobMarket.sol:JobMarket",
  CreditDesk: "examples/credit-desk/contracts/CreditDesk.sol:CreditDesk",
};

/** Each operation as it is in daily use: the accounts and totals that it touches have been used before. */
async function measureGas(): Promise<Record<string, number>> {
  const setting = await startProtocol();
  const { author, provider, requester, deployer, treasury, market, models, staking, token, verifiers } = setting;
  const gas: Record<string, number> = {};
  const record = async (operation: string, hash: Promise<Hash>) => {
    gas[operation] = Number((await setting.mined(hash)).gasUsed);
  };
  let jobId = 0n;

  const request = (overrides = {}, value = FEE) => {
    jobId += 1n;
    const args = [jobRequest(setting.modelId, overrides)] as const;
    return requester.writeContract({ ...market, functionName: "requestJob", args, value });
  };
  const claim = () => provider.writeContract({ ...market, functionName: "claimJob", args: [jobId] });
  const submit = async () => {
    const proof = await setting.proofOf(jobId, provider.account.address);
    const args = [jobId, [...INPUT_WORDS], [...OUTPUT_WORDS], proof] as const;
    return provider.writeContract({ ...market, functionName: "submitProof", args });
  };
  const withdraw = (from: typeof provider, address: `0x${string}`) =>
    from.writeContract({ ...market, functionName: "withdraw", args: [address, from.account.address] });
  const ether = jobRequest(1n).token;

  await setting.mined(
    requester.writeContract({ ...token, functionName: "approve", args: [market.address, 10n * FEE] }),
  );
  // One round of everything, so that the recorded one finds used slots.
  for (const overrides of [{}, { token: token.address }]) {
    await setting.mined(request(overrides, "token" in overrides ? 0n : FEE));
    await setting.mined(claim());
    await setting.mined(submit());
  }
  await record("withdrawEther", withdraw(provider, ether));
  await record("withdrawToken", withdraw(provider, token.address));
  await setting.mined(request());
  await setting.mined(request({ token: token.address }, 0n));

  await record("requestJobToken", request({ token: token.address }, 0n));
  await record("requestJobEther", request());
  await record("claimJob", claim());
  await record("submitProofThreeSignals", submit());
  await record("withdrawEtherSecond", withdraw(treasury, ether));

  await record("deployVerifierThreeSignals", deployKey(createForgingKey(3, 1n).verificationKey));
  await record("deployVerifierEightSignals", deployKey(createForgingKey(8, 1n).verificationKey));
  const modelArgs = ["credit risk", 500n, MANIFEST_CID, setting.verifier, 1, 1] as const;
  await record("registerModel", author.writeContract({ ...models, functionName: "registerModel", args: modelArgs }));
  const versionArgs = [1n, MANIFEST_CID, setting.verifier, 1, 1] as const;
  await record(
    "publishVersion",
    author.writeContract({ ...models, functionName: "publishVersion", args: versionArgs }),
  );

  await setting.mined(
    deployer.writeContract({ ...token, functionName: "approve", args: [staking.address, 10n * FEE] }),
  );
  await record("stake", deployer.writeContract({ ...staking, functionName: "stake", args: [FEE] }));
  await record("requestUnstake", deployer.writeContract({ ...staking, functionName: "requestUnstake", args: [FEE] }));

  await setting.mined(request());
  await record("cancelJob", requester.writeContract({ ...market, functionName: "cancelJob", args: [jobId] }));
  await setting.mined(request());
  await setting.mined(claim());
  await setting.networkHelpers.time.increase(121);
  await record("expireClaim", provider.writeContract({ ...market, functionName: "expireClaim", args: [jobId] }));
  await setting.networkHelpers.time.increase(601);
  await record("refundJob", provider.writeContract({ ...market, functionName: "refundJob", args: [jobId] }));
  return gas;

  function deployKey(verificationKey: `0x${string}`) {
    const args = [GROTH16_BN254, verificationKey] as const;
    return author.writeContract({ ...verifiers, functionName: "deployVerifier", args });
  }
}

async function measureBytecode(): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const [name, qualifiedName] of Object.entries(contracts)) {
    const { deployedBytecode } = (await loadArtifact(qualifiedName)) as unknown as { deployedBytecode: string };
    sizes[name] = (deployedBytecode.length - 2) / 2;
  }
  return sizes;
}

describe("gas snapshot", () => {
  let measured: Snapshot;
  let committed: Snapshot;

  before(async () => {
    measured = { gas: await measureGas(), bytecode: await measureBytecode() };
    if (process.env["UPDATE_GAS"]) await writeFile(snapshotFile, `${JSON.stringify(measured, null, 2)}\n`);
    committed = JSON.parse(await readFile(snapshotFile, "utf8")) as Snapshot;
  });

  it("is what test/gas/snapshot.json says (UPDATE_GAS=1 writes it anew)", () => {
    expect(measured.gas).to.deep.equal(committed.gas);
  });

  it("has the bytecode sizes of the snapshot, all deployable (EIP-170)", () => {
    expect(measured.bytecode).to.deep.equal(committed.bytecode);
    for (const [name, bytes] of Object.entries(measured.bytecode)) expect(bytes, name).to.be.below(24_577);
  });

  it("stays within the budget of each operation that users pay for", () => {
    expect(measured.gas["requestJobEther"]).to.be.below(150_000);
    expect(measured.gas["submitProofThreeSignals"]).to.be.below(330_000);
    expect(measured.gas["withdrawEther"]).to.be.below(45_000);
  });
});
