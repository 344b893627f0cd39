import { groth16VerifierAbi } from "@verimesh/abi";
import { expect } from "chai";
import { type Address, encodeAbiParameters, keccak256, parseEther, parseSignature, zeroAddress } from "viem";
import { refusalOf } from "../../helpers/refusalOf.ts";
import { FEE, jobRequest, type Protocol, startProtocol } from "../../helpers/protocol.ts";

/** Draws, delivers, and returns who did. */
async function settle(setting: Protocol, jobId: bigint) {
  const drawn = await setting.assign(jobId);
  await setting.submit(jobId, drawn);
  return drawn;
}

async function signPermit(setting: Protocol, spender: Address, value: bigint) {
  const { publicClient, requester, token, deployment } = setting;
  const owner = requester.account.address;
  const deadline = (await publicClient.getBlock()).timestamp + 3_600n;
  const nonce = await publicClient.readContract({ ...token, functionName: "nonces", args: [owner] });
  const signature = await requester.signTypedData({
    domain: { name: "Verimesh", version: "1", chainId: deployment.chainId, verifyingContract: token.address },
    types: {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "Permit",
    message: { owner, spender, value, nonce, deadline },
  });
  const { v, r, s } = parseSignature(signature);
  return { deadline, v: Number(v), r, s };
}

describe("a job from request to payment", () => {
  let setting: Protocol;
  beforeEach(async () => {
    setting = await startProtocol();
  });

  const claimable = (account: Address, token: Address) =>
    setting.publicClient.readContract({ ...setting.market, functionName: "claimableOf", args: [account, token] });

  it("refuses a permit for less than the fee, and takes nothing", async () => {
    const { market, requester, token } = setting;
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE - 1n);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    const refusal = await refusalOf(requester.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    expect(refusal).to.equal("ERC20InsufficientAllowance");
  });

  it("refuses another's permit: nobody's allowance pays for somebody else's job", async () => {
    const { market, rival, requester, token, mined } = setting;
    await mined(requester.writeContract({ ...token, functionName: "approve", args: [market.address, FEE] }));
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    const refusal = await refusalOf(rival.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    expect(refusal).to.equal("ERC20InsufficientAllowance");
  });

  it("opens the job although someone used its permit first", async () => {
    const { market, rival, requester, token, mined, publicClient } = setting;
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE);
    const permit = [requester.account.address, market.address, FEE, deadline, v, r, s] as const;
    await mined(rival.writeContract({ ...token, functionName: "permit", args: permit }));

    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    expect(
      await publicClient.readContract({ ...market, functionName: "openEscrowOf", args: [token.address] }),
    ).to.equal(FEE);
  });

  it("pays an ERC-20 job, opened by permit, to provider, author and treasury", async () => {
    const { market, requester, token, mined, publicClient, author, treasury } = setting;
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    const provider = await settle(setting, 1n);

    const balanceOf = (account: Address) =>
      publicClient.readContract({ ...token, functionName: "balanceOf", args: [account] });
    for (const [wallet, amount] of [
      [provider, parseEther("0.875")],
      [author, parseEther("0.1")],
      [treasury, parseEther("0.025")],
    ] as const) {
      const { address } = wallet.account;
      const before = await balanceOf(address);
      expect(await claimable(address, token.address)).to.equal(amount);
      await mined(wallet.writeContract({ ...market, functionName: "withdraw", args: [token.address, address] }));
      expect((await balanceOf(address)) - before).to.equal(amount);
    }
    expect(await balanceOf(market.address)).to.equal(0n);
  });

  it("pays an ETH job, the royalty to whoever holds the model by then, and frees the bond", async () => {
    const { market, models, requester, mined, publicClient, author, treasury, staking } = setting;
    const args = [jobRequest(1n)] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    const transfer = [author.account.address, treasury.account.address, 1n] as const;
    await mined(author.writeContract({ ...models, functionName: "transferFrom", args: transfer }));
    const provider = await settle(setting, 1n);

    expect(await claimable(treasury.account.address, zeroAddress)).to.equal(parseEther("0.125"));
    expect(await claimable(author.account.address, zeroAddress)).to.equal(0n);
    const pool = { ...staking, functionName: "poolOf", args: [provider.account.address] } as const;
    expect((await publicClient.readContract(pool)).locked).to.equal(0n);

    const { address } = provider.account;
    const before = await publicClient.getBalance({ address });
    const receipt = await mined(
      provider.writeContract({ ...market, functionName: "withdraw", args: [zeroAddress, address] }),
    );
    const spent = receipt.gasUsed * receipt.effectiveGasPrice;
    expect((await publicClient.getBalance({ address })) - before + spent).to.equal(parseEther("0.875"));
  });

  it("leaves in its event all that is needed to verify the proof again", async () => {
    const { market, requester, mined, publicClient, verifier } = setting;
    const args = [jobRequest(1n)] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    const provider = await settle(setting, 1n);

    const [event] = await publicClient.getContractEvents({
      ...market,
      eventName: "JobSettled",
      fromBlock: 0n,
      strict: true,
    });
    const { inputWords, outputWords, proof } = event!.args;
    const binding = await setting.bindingOf(1n, provider.account.address);
    const verify = (signals: readonly bigint[]) =>
      publicClient.readContract({
        address: verifier,
        abi: groth16VerifierAbi,
        functionName: "verifyProof",
        args: [proof, signals],
      });
    expect(await verify([...outputWords, ...inputWords, binding])).to.equal(true);
    expect(await verify([...outputWords, ...inputWords, binding + 1n])).to.equal(false);
  });

  it("returns what the job did not cost, and pays the next one from it", async () => {
    const { market, requester, mined, publicClient } = setting;
    const account = requester.account.address;
    const dear = [jobRequest(1n, { fee: 2n * FEE })] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args: dear, value: 2n * FEE }));
    await settle(setting, 1n);
    expect(await claimable(account, zeroAddress)).to.equal(FEE);

    const prepaid = [jobRequest(1n, { fromBalance: true })] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args: prepaid }));
    await settle(setting, 2n);
    expect(await claimable(account, zeroAddress)).to.equal(0n);
    const held = await publicClient.getBalance({ address: market.address });
    const owed = await publicClient.readContract({
      ...market,
      functionName: "totalClaimableOf",
      args: [zeroAddress],
    });
    expect(held).to.equal(owed);
  });

  it("refunds a job that nobody answers, and the bonds of two who were drawn are cut", async () => {
    const { market, requester, mined, networkHelpers, staking, publicClient, provider, rival } = setting;
    const args = [jobRequest(1n)] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await setting.assign(1n);
      await networkHelpers.time.increase(121);
      await mined(requester.writeContract({ ...market, functionName: "expireAssignment", args: [1n] }));
    }
    // Both are excluded now: draws find nobody until the time to draw, and the open round after it, are over.
    const header = await setting.drawHeader(1n);
    await mined(requester.writeContract({ ...market, functionName: "assignJob", args: [1n, header] }));
    expect((await setting.jobOf(1n)).provider).to.equal(zeroAddress);
    await networkHelpers.time.increase(901);
    await mined(requester.writeContract({ ...market, functionName: "refundJob", args: [1n] }));

    expect(await claimable(requester.account.address, zeroAddress)).to.equal(FEE);
    const proceeds = { ...staking, functionName: "slashProceedsOf", args: [requester.account.address] } as const;
    expect(await publicClient.readContract(proceeds)).to.equal(parseEther("100"));
    for (const wallet of [provider, rival]) {
      const stake = { ...staking, functionName: "stakeOf", args: [wallet.account.address] } as const;
      expect(await publicClient.readContract(stake)).to.equal(parseEther("900"));
    }
  });

  it("computes the binding that the prover computes", async () => {
    const { market, provider, deployment } = setting;
    const encoded = encodeAbiParameters(
      [{ type: "uint256" }, { type: "address" }, { type: "uint256" }, { type: "address" }],
      [BigInt(deployment.chainId), market.address, 77n, provider.account.address],
    );
    expect(await setting.bindingOf(77n, provider.account.address)).to.equal(BigInt(keccak256(encoded)) >> 8n);
  });
});
