import { expect } from "chai";
import { hashTypedData, type TypedDataDomain, zeroAddress, zeroHash } from "viem";
import { FEE, jobRequest, type JobRequestArgument, type Protocol, startProtocol } from "../../helpers/protocol.ts";
import { refusalOf } from "../../helpers/refusalOf.ts";

const types = {
  SignedRequest: [
    { name: "requester", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "request", type: "JobRequest" },
  ],
  JobRequest: [
    { name: "modelId", type: "uint256" },
    { name: "version", type: "uint256" },
    { name: "policy", type: "uint8" },
    { name: "panelSize", type: "uint8" },
    { name: "quorum", type: "uint8" },
    { name: "token", type: "address" },
    { name: "fee", type: "uint256" },
    { name: "fromBalance", type: "bool" },
    { name: "drawSeconds", type: "uint32" },
    { name: "answerSeconds", type: "uint32" },
    { name: "openSeconds", type: "uint32" },
    { name: "windowSeconds", type: "uint32" },
    { name: "callback", type: "address" },
    { name: "callbackGasLimit", type: "uint32" },
    { name: "inputWords", type: "uint256[]" },
    { name: "inputCid", type: "bytes" },
  ],
} as const;
const primaryType = "SignedRequest";
const NO_PERMIT = { value: 0n, deadline: 0n, v: 0, r: zeroHash, s: zeroHash } as const;

describe("a request that a wallet signs and somebody else submits", () => {
  let setting: Protocol;
  let domain: TypedDataDomain;
  beforeEach(async () => {
    setting = await startProtocol();
    const { desk, deployment, market, requester, mined } = setting;
    domain = {
      ...{ name: "Verimesh Request Desk", version: "1" },
      ...{ chainId: deployment.chainId, verifyingContract: desk.address },
    };
    const args = [zeroAddress, 3n * FEE, requester.account.address] as const;
    await mined(requester.writeContract({ ...market, functionName: "deposit", args, value: 3n * FEE }));
  });

  const messageOf = async (request: JobRequestArgument) => ({
    requester: setting.requester.account.address,
    nonce: await setting.publicClient.readContract({
      ...setting.desk,
      functionName: "nonces",
      args: [setting.requester.account.address],
    }),
    deadline: (await setting.publicClient.getBlock()).timestamp + 3_600n,
    request,
  });
  const sign = (message: Awaited<ReturnType<typeof messageOf>>) =>
    setting.requester.signTypedData({ domain, types, primaryType, message });
  const relay = (message: Awaited<ReturnType<typeof messageOf>>, signature: `0x${string}`) => {
    const args = [message, signature, NO_PERMIT] as const;
    return setting.rival.writeContract({ ...setting.desk, functionName: "relayRequest", args });
  };

  it("is refused when the relayer has raised the fee, and when it is relayed twice", async () => {
    const message = await messageOf(jobRequest(1n, { fromBalance: true }));
    const signature = await sign(message);
    const dearer = { ...message, request: { ...message.request, fee: 2n * FEE } };
    expect(await refusalOf(relay(dearer, signature))).to.equal("RequestNotSigned");

    await setting.mined(relay(message, signature));
    expect(await refusalOf(relay(message, signature))).to.equal("InvalidAccountNonce");
  });

  it("is what viem's wallets hash, word for word", async () => {
    const words = [0n, 1n, (1n << 253n) - 1n];
    const message = await messageOf({ ...jobRequest(7n, { inputWords: words }), inputCid: "0x0102", policy: 2 });
    const digest = await setting.publicClient.readContract({
      ...setting.desk,
      functionName: "digestOf",
      args: [message],
    });
    expect(digest).to.equal(hashTypedData({ domain, types, primaryType, message }));
  });

  it("becomes the requester's job, paid from its balance, and is answered", async () => {
    const { market, publicClient, requester } = setting;
    const message = await messageOf(jobRequest(1n, { fromBalance: true }));
    await setting.mined(relay(message, await sign(message)));
    const job = await setting.jobOf(1n);
    expect(job.requester.toLowerCase()).to.equal(requester.account.address.toLowerCase());
    await setting.submit(1n, await setting.assign(1n));
    const args = [requester.account.address, zeroAddress] as const;
    const left = await publicClient.readContract({ ...market, functionName: "claimableOf", args });
    expect(left).to.equal(2n * FEE);
  });
});

describe("a subscription", () => {
  it("runs when it is due, whoever asks, and gives back what is left", async () => {
    const setting = await startProtocol();
    const { desk, market, mined, networkHelpers, publicClient, requester, rival } = setting;
    const request = jobRequest(1n);
    const terms = [request, 3_600n, 3n] as const;
    await mined(requester.writeContract({ ...desk, functionName: "subscribe", args: terms, value: 3n * FEE }));
    const run = () => rival.writeContract({ ...desk, functionName: "runSubscription", args: [1n, request] });

    await mined(run());
    expect(await refusalOf(run())).to.equal("SubscriptionNotDue");
    await setting.submit(1n, await setting.assign(1n));
    await networkHelpers.time.increase(3_600);
    await mined(run());
    await mined(requester.writeContract({ ...desk, functionName: "cancelSubscription", args: [1n] }));
    expect(await refusalOf(run())).to.equal("SubscriptionOver");

    const args = [requester.account.address, zeroAddress] as const;
    expect(await publicClient.readContract({ ...market, functionName: "claimableOf", args })).to.equal(FEE);
    const held = [desk.address, zeroAddress] as const;
    expect(await publicClient.readContract({ ...market, functionName: "claimableOf", args: held })).to.equal(0n);
  });
});
