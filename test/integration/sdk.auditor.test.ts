import { groth16VerifierAbi, jobMarketAbi } from "@verimesh/abi";
import { assert } from "chai";
import { getAddress } from "viem";
import { ASK, bindingFor, expectError, type Fixture, sdkFixture, serve, settle } from "./sdkFixture.ts";

describe("sdk: an auditor", () => {
  let world: Fixture;
  before(async () => {
    world = await sdkFixture();
    await serve(world.provider);
  });

  const settledJob = async (): Promise<bigint> => {
    const { jobId } = await world.requester.requestJob(world.request);
    await settle(world, jobId);
    return jobId;
  };

  it("is told that a job has no proof, and why", async () => {
    const { jobId } = await world.requester.requestJob(world.request);
    const error = await expectError("JOB_NOT_SETTLED", () => world.stranger.getProof({ jobId }));
    assert.include(error.shortMessage, "it is drawing");
    await expectError("JOB_NOT_SETTLED", () => world.stranger.verifyOnChain({ jobId }));
    await expectError("JobUnknown", () => world.stranger.getProof({ jobId: 99n }));
  });

  it("reads proof and public signals, with the binding that the market itself computes", async () => {
    const jobId = await settledJob();
    const record = await world.stranger.getProof({ jobId });
    const binding = bindingFor(world.provider.account.address, jobId, world.deployment);
    assert.deepEqual(record.publicSignals, [1n, ...world.request.input.inputWords, binding]);
    const onChain = await world.publicClient.readContract({
      address: world.deployment.jobMarket,
      abi: jobMarketAbi,
      functionName: "bindingOf",
      args: [jobId, world.provider.account.address],
    });
    assert.equal(binding, onChain);
  });

  it("verifies a settled job again on the deployed verifier", async () => {
    const jobId = await settledJob();
    const verified = await world.stranger.verifyOnChain({ jobId });
    assert.include(verified, { valid: true, proofValid: true, verifierValid: true });
    const [version] = (await world.stranger.getModel({ modelId: 1n })).versions;
    assert.equal(verified.versionVerifier, version!.verifier);
  });

  it("sees that a proof does not hold for the same job on another market", async () => {
    const jobId = await settledJob();
    const { proof, publicSignals, verifier } = await world.stranger.getProof({ jobId });
    const elsewhere = { ...world.deployment, jobMarket: world.deployment.modelRegistry };
    const binding = bindingFor(world.provider.account.address, jobId, elsewhere);
    const call = { address: verifier, abi: groth16VerifierAbi, functionName: "verifyProof" } as const;
    const verify = (signals: bigint[]) => world.publicClient.readContract({ ...call, args: [proof, signals] });
    assert.isTrue(await verify([...publicSignals]));
    assert.isFalse(await verify([...publicSignals.slice(0, -1), binding]));
  });

  it("reads who was paid what", async () => {
    const jobId = await settledJob();
    const [payment] = await world.stranger.getPayments({ jobId });
    assert.equal(payment!.author, getAddress(world.author.account.address));
    assert.equal(payment!.providerAmount + payment!.royaltyAmount + payment!.protocolAmount, ASK);
    assert.equal(payment!.provider, getAddress(world.provider.account.address));
    assert.isNotEmpty(await world.stranger.getPayments({ provider: world.provider.account.address }));
    const author = world.stranger.account.address;
    assert.isEmpty(await world.stranger.getPayments({ author }));
  });
});
