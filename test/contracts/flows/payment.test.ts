import { groth16VerifierAbi } from "@verimesh/abi";
import { expect } from "chai";
import { type Address, encodeAbiParameters, keccak256, parseEther, parseSignature, zeroAddress } from "viem";
import { FEE, INPUT_WORDS, jobRequest, OUTPUT_WORDS, startProtocol } from "../../helpers/protocol.ts";

type Setting = Awaited<ReturnType<typeof startProtocol>>;

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "nothing was refused",
    (error: unknown) => String(error),
  );

async function settle(setting: Setting, jobId: bigint) {
  const { market, mined, provider } = setting;
  await mined(provider.writeContract({ ...market, functionName: "claimJob", args: [jobId] }));
  const proof = await setting.proofOf(jobId, provider.account.address);
  const args = [jobId, [...INPUT_WORDS], [...OUTPUT_WORDS], proof] as const;
  return mined(provider.writeContract({ ...market, functionName: "submitProof", args }));
}

async function signPermit(setting: Setting, spender: Address, value: bigint) {
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
  let setting: Setting;
  beforeEach(async () => {
    setting = await startProtocol();
  });

  const claimable = (account: Address, token: Address) =>
    setting.publicClient.readContract({ ...setting.market, functionName: "claimableOf", args: [account, token] });

  it("refuses a permit for less than the fee, and takes nothing", async () => {
    const { market, requester, token } = setting;
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE - 1n);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    const refusal = await failure(requester.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    expect(refusal).to.contain("ERC20InsufficientAllowance");
  });

  it("refuses another's permit: nobody's allowance pays for somebody else's job", async () => {
    const { market, rival, requester, token, mined } = setting;
    await mined(requester.writeContract({ ...token, functionName: "approve", args: [market.address, FEE] }));
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    const refusal = await failure(rival.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    expect(refusal).to.contain("ERC20InsufficientAllowance");
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
    const { market, requester, token, mined, publicClient, provider, author, treasury } = setting;
    const { deadline, v, r, s } = await signPermit(setting, market.address, FEE);
    const args = [jobRequest(1n, { token: token.address }), deadline, v, r, s] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJobWithPermit", args }));
    await settle(setting, 1n);

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
    const { market, models, requester, mined, publicClient, provider, author, rival, staking } = setting;
    const args = [jobRequest(1n)] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    const transfer = [author.account.address, rival.account.address, 1n] as const;
    await mined(author.writeContract({ ...models, functionName: "transferFrom", args: transfer }));
    await settle(setting, 1n);

    expect(await claimable(rival.account.address, zeroAddress)).to.equal(parseEther("0.1"));
    expect(await claimable(author.account.address, zeroAddress)).to.equal(0n);
    const account = { ...staking, functionName: "accountOf", args: [provider.account.address] } as const;
    expect((await publicClient.readContract(account)).locked).to.equal(0n);

    const { address } = provider.account;
    const before = await publicClient.getBalance({ address });
    const receipt = await mined(
      provider.writeContract({ ...market, functionName: "withdraw", args: [zeroAddress, address] }),
    );
    const spent = receipt.gasUsed * receipt.effectiveGasPrice;
    expect((await publicClient.getBalance({ address })) - before + spent).to.equal(parseEther("0.875"));
  });

  it("leaves in its event all that is needed to verify the proof again", async () => {
    const { market, requester, mined, publicClient, provider, verifier } = setting;
    const args = [jobRequest(1n)] as const;
    await mined(requester.writeContract({ ...market, functionName: "requestJob", args, value: FEE }));
    await settle(setting, 1n);

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

  it("computes the binding that the prover computes", async () => {
    const { market, provider, deployment } = setting;
    const encoded = encodeAbiParameters(
      [{ type: "uint256" }, { type: "address" }, { type: "uint256" }, { type: "address" }],
      [BigInt(deployment.chainId), market.address, 77n, provider.account.address],
    );
    expect(await setting.bindingOf(77n, provider.account.address)).to.equal(BigInt(keccak256(encoded)) >> 8n);
  });
});
