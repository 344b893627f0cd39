import { hexToBytes, type Hash } from "viem";
import { createForgingKey } from "../helpers/forgingKey.ts";
import {
  FEE,
  GROTH16_BN254,
  INPUT_WORDS,
  jobRequest,
  MANIFEST_CID,
  OUTPUT_WORDS,
  STAKE,
  startProtocol,
} from "../helpers/protocol.ts";

/** As many jobs as one provider settles together. */
const BATCH = 16;
/** EndReason.ProviderDeclined. */
const PROVIDER_DECLINED = 6;

/**
 * Gas of each operation as it is in daily use: the accounts and totals that it touches have been used before. The chain,
 * its accounts and the proofs are the same in each run, so the figures are exact. One provider serves the model, so that
 * it is drawn for every job.
 */
export async function measureGas(): Promise<Record<string, number>> {
  const setting = await startProtocol();
  const { author, provider, rival, requester, deployer, treasury, networkHelpers, mined } = setting;
  const { market, models, selection, staking, token, verifiers } = setting;
  const gas: Record<string, number> = {};
  const record = async (operation: string, hash: Hash | Promise<Hash>) => {
    gas[operation] = Number((await mined(hash)).gasUsed);
  };
  const ether = jobRequest(1n).token;
  const listing = [setting.modelId, 1n] as const;
  let jobId = 0n;

  const request = (overrides: Parameters<typeof jobRequest>[1] = {}, value = FEE) => {
    jobId += 1n;
    const args = [jobRequest(setting.modelId, overrides)] as const;
    return requester.writeContract({ ...market, functionName: "requestJob", args, value });
  };
  let zerosInHeader = 0;
  const assign = async () => {
    const header = await setting.drawHeader(jobId);
    zerosInHeader = hexToBytes(header).filter((byte) => byte === 0).length;
    return provider.writeContract({ ...market, functionName: "assignJob", args: [jobId, header] });
  };
  const deliveryOf = async (id: bigint) => ({
    jobId: id,
    inputWords: [...INPUT_WORDS],
    outputWords: [...OUTPUT_WORDS],
    proof: await setting.proofOf(id, provider.account.address),
  });
  const submit = async () => {
    const { inputWords, outputWords, proof } = await deliveryOf(jobId);
    const args = [jobId, inputWords, outputWords, proof] as const;
    return provider.writeContract({ ...market, functionName: "submitProof", args });
  };
  const withdraw = (from: typeof provider, address: `0x${string}`) =>
    from.writeContract({ ...market, functionName: "withdraw", args: [address, from.account.address] });
  const deposit = (amount: bigint) => {
    const args = [ether, amount, requester.account.address] as const;
    return requester.writeContract({ ...market, functionName: "deposit", args, value: amount });
  };

  await record("unlistModel", rival.writeContract({ ...selection, functionName: "unlistModel", args: listing }));
  await mined(deployer.writeContract({ ...token, functionName: "transfer", args: [provider.account.address, STAKE] }));
  await mined(provider.writeContract({ ...token, functionName: "approve", args: [staking.address, 2n * STAKE] }));
  await record("stake", provider.writeContract({ ...staking, functionName: "stake", args: [STAKE] }));
  await mined(requester.writeContract({ ...token, functionName: "approve", args: [market.address, 99n * FEE] }));
  // One round of everything, so that the recorded one finds used slots.
  for (const overrides of [{}, { token: token.address }]) {
    await mined(request(overrides, "token" in overrides ? 0n : FEE));
    await mined(assign());
    await mined(submit());
  }
  await record("withdraw", withdraw(provider, ether));
  await record("withdrawToken", withdraw(provider, token.address));
  await mined(request());
  await mined(request({ token: token.address }, 0n));

  await record("requestToken", request({ token: token.address }, 0n));
  await record("requestEth", request());
  await record("assignJob", assign());
  // Hashes in the header differ from run to run, and a byte of zero costs 4 gas, any other 16 (EIP-2028): counted as if
  // none were zero but the empty bloom filter and the nonce.
  gas["assignJob"]! += 12 * (zerosInHeader - 256 - 8);
  await record("submitProof", submit());
  await mined(deposit(FEE));
  await record("deposit", deposit(2n * FEE));
  await record("requestFromBalance", request({ fromBalance: true }, 0n));
  await mined(assign());
  await record("declineJob", decline());
  await record("cancelJob", requester.writeContract({ ...market, functionName: "cancelJob", args: [jobId] }));

  await mined(request());
  await mined(assign());
  await networkHelpers.time.increase(121);
  await record(
    "expireAssignment",
    provider.writeContract({ ...market, functionName: "expireAssignment", args: [jobId] }),
  );
  await networkHelpers.time.increase(601);
  await record("submitProofInOpenRound", submit());
  await mined(request());
  await networkHelpers.time.increase(901);
  await record("refundJob", provider.writeContract({ ...market, functionName: "refundJob", args: [jobId] }));

  const deliveries: Awaited<ReturnType<typeof deliveryOf>>[] = [];
  for (let i = 0; i < BATCH; i++) {
    await mined(request());
    await mined(assign());
    deliveries.push(await deliveryOf(jobId));
    // Sixteen draws take some time on the chain, too, and all have 120 seconds to be answered.
  }
  const settled = await mined(provider.writeContract({ ...market, functionName: "settleBatch", args: [deliveries] }));
  gas["settleBatch16PerJob"] = Math.ceil(Number(settled.gasUsed) / BATCH);
  await record("withdrawSecond", withdraw(treasury, ether));

  await record("listModel", rival.writeContract({ ...selection, functionName: "listModel", args: [...listing, true] }));
  await networkHelpers.mine(64);
  const ask = [...listing, ether, true, FEE / 2n] as const;
  await record("setAsk", rival.writeContract({ ...selection, functionName: "setAsk", args: ask }));
  await record(
    "requestUnstake",
    provider.writeContract({
      ...staking,
      functionName: "requestUnstake",
      args: [provider.account.address, FEE],
    }),
  );

  await record("deployVerifierThreeSignals", deployKey(createForgingKey(3, 1n).verificationKey));
  await record("deployVerifierEightSignals", deployKey(createForgingKey(8, 1n).verificationKey));
  const modelArgs = ["credit risk", 500n, MANIFEST_CID, setting.verifier, 1, 1] as const;
  await record("registerModel", author.writeContract({ ...models, functionName: "registerModel", args: modelArgs }));
  const versionArgs = [1n, MANIFEST_CID, setting.verifier, 1, 1] as const;
  await record(
    "publishVersion",
    author.writeContract({ ...models, functionName: "publishVersion", args: versionArgs }),
  );
  return gas;

  function decline() {
    return provider.writeContract({ ...market, functionName: "declineJob", args: [jobId, PROVIDER_DECLINED] });
  }

  function deployKey(verificationKey: `0x${string}`) {
    const args = [GROTH16_BN254, verificationKey] as const;
    return author.writeContract({ ...verifiers, functionName: "deployVerifier", args });
  }
}
