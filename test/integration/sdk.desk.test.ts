import { requestDeskAbi } from "@verimesh/abi";
import type { SignedJobRequest } from "@verimesh/sdk";
import { assert } from "chai";
import { type Address, erc20Abi, getAddress, hashTypedData, zeroAddress } from "viem";
import { SIGNED_REQUEST_TYPES, signedRequestDomain } from "@verimesh/sdk";
import { ASK, expectError, FEE, type Fixture, sdkFixture, serve, settle } from "./sdkFixture.ts";

describe("sdk: requests that come by the desk", () => {
  let world: Fixture;
  let snapshot: Awaited<ReturnType<Fixture["networkHelpers"]["takeSnapshot"]>>;
  before(async () => {
    world = await sdkFixture();
    await serve(world.provider);
    snapshot = await world.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const owner = (): Address => world.requester.account.address;
  const relay = (signed: SignedJobRequest) => world.stranger.relayRequest({ signed });

  describe("signed and relayed", () => {
    it("are signed as the contract reads them", async () => {
      await world.requester.deposit({ amount: FEE });
      const { requester, nonce, deadline, request } = await world.requester.signRequest(world.request);
      const message = { requester, nonce, deadline, request };
      const domain = signedRequestDomain(world.deployment);
      const onChain = await world.publicClient.readContract({
        ...{ address: world.deployment.requestDesk, abi: requestDeskAbi, functionName: "digestOf", args: [message] },
      });
      const types = SIGNED_REQUEST_TYPES;
      assert.equal(hashTypedData({ domain, types, primaryType: "SignedRequest", message }), onChain);
    });

    it("are refused before they are signed, if the balance cannot pay", async () => {
      const error = await expectError("FUNDS_INSUFFICIENT", () => world.requester.signRequest(world.request));
      assert.include(error.details!, "deposit");
    });

    it("are refused if a relayer changed anything, or signed in another's name", async () => {
      await world.requester.deposit({ amount: 3n * FEE });
      await world.stranger.deposit({ amount: FEE });
      const signed = await world.requester.signRequest(world.request);
      const { request } = signed;
      const changes: Partial<SignedJobRequest>[] = [
        { request: { ...request, fee: 2n * FEE } },
        { request: { ...request, callback: world.deployment.jobMarket, callbackGasLimit: 1 } },
        { request: { ...request, inputWords: [5n] } },
        { request: { ...request, inputCid: "0x01" } },
        { deadline: signed.deadline + 1n },
        { nonce: 1n },
        { requester: world.stranger.account.address },
      ];
      for (const change of changes) await expectError("RequestNotSigned", () => relay({ ...signed, ...change }));
      const forged = await world.stranger.signRequest(world.request);
      await expectError("RequestNotSigned", () => relay({ ...forged, requester: owner() }));
    });

    it("are refused a second time, after their deadline, and once they were cancelled", async () => {
      await world.requester.deposit({ amount: 3n * FEE });
      const first = await world.requester.signRequest(world.request);
      const sibling = await world.requester.signRequest({ ...world.request, fee: FEE / 2n });
      await relay(first);
      await expectError("InvalidAccountNonce", () => relay(first));
      await expectError("InvalidAccountNonce", () => relay(sibling));
      const late = await world.requester.signRequest({ ...world.request, validSeconds: 60 });
      await world.networkHelpers.time.increase(61);
      await expectError("RequestExpired", () => relay(late));
      const cancelled = await world.requester.signRequest(world.request);
      await world.requester.cancelSignedRequests();
      await expectError("InvalidAccountNonce", () => relay(cancelled));
    });

    it("cost the requester the fee and the relayer the gas", async () => {
      await world.requester.deposit({ amount: FEE });
      const signed = await world.requester.signRequest(world.request);
      const before = await world.publicClient.getBalance({ address: owner() });
      const { jobId } = await relay(signed);
      assert.equal(await world.publicClient.getBalance({ address: owner() }), before);
      assert.equal(await world.requester.getClaimable({ owner: owner() }), 0n);
      assert.equal((await world.stranger.getJob({ jobId })).requester, getAddress(owner()));
      await settle(world, jobId);
      assert.equal(await world.requester.getClaimable({ owner: owner() }), FEE - ASK);
    });

    it("are paid in tokens by a permit that travels along, also if somebody used that first", async () => {
      const { token, jobMarket } = world.deployment;
      const signed = await world.requester.signRequest({ ...world.request, token });
      const { value, deadline, v, r, s } = signed.permit;
      await world.stranger.writeContract({
        address: token,
        abi: [
          {
            ...{ type: "function", name: "permit", stateMutability: "nonpayable", outputs: [] },
            inputs: [
              ...[{ type: "address" }, { type: "address" }, { type: "uint256" }, { type: "uint256" }],
              ...[{ type: "uint8" }, { type: "bytes32" }, { type: "bytes32" }],
            ],
          },
        ] as const,
        functionName: "permit",
        args: [owner(), jobMarket, value, deadline, v, r, s],
      });
      const { jobId } = await relay(signed);
      assert.equal((await world.stranger.getJob({ jobId })).token, getAddress(token));
      const args = [owner(), jobMarket] as const;
      const allowance = { address: token, abi: erc20Abi, functionName: "allowance", args } as const;
      assert.equal(await world.publicClient.readContract(allowance), 0n);
    });

    it("in ETH must come from the balance", async () => {
      const terms = { ...world.request, fromBalance: false };
      const signed = await world.requester.signRequest(terms);
      await expectError("RelayedEtherNeedsBalance", () => relay(signed));
    });
  });

  describe("recurring", () => {
    const daily = { intervalSeconds: 86_400, runs: 3 };

    it("are refused with an interval too short, without runs, without the money, and to others", async () => {
      const subscribe = (terms: object) => world.requester.subscribe({ ...world.request, ...daily, ...terms });
      const error = await expectError("SubscriptionTermsInvalid", () => subscribe({ intervalSeconds: 1 }));
      assert.include(error.shortMessage, "3 runs every 1 seconds");
      await expectError("SubscriptionTermsInvalid", () => subscribe({ runs: 0 }));
      await expectError("FUNDS_INSUFFICIENT", () => subscribe({ fee: 10n ** 24n }));
      await expectError("SubscriptionUnknown", () => world.stranger.getSubscription({ subscriptionId: 1n }));
      const { subscriptionId } = await subscribe({});
      await expectError("NotSubscriptionOwner", () => world.stranger.cancelSubscription({ subscriptionId }));
    });

    it("run at once and then when they are due, by anyone, and never more often", async () => {
      const { subscriptionId } = await world.requester.subscribe({ ...world.request, ...daily });
      assert.include(await world.stranger.getSubscription({ subscriptionId }), {
        ...{ owner: getAddress(owner()), due: true, runsLeft: 3, intervalSeconds: 86_400 },
        ...{ token: zeroAddress, fee: FEE, funded: 3n * FEE },
      });
      const first = await world.stranger.runSubscription({ subscriptionId });
      assert.equal((await world.stranger.getJob({ jobId: first.jobId })).requester, getAddress(owner()));
      assert.equal(first.runsLeft, 2);
      await expectError("SubscriptionNotDue", () => world.stranger.runSubscription({ subscriptionId }));
      assert.isFalse((await world.stranger.getSubscription({ subscriptionId })).due);
      await world.networkHelpers.time.increaseTo(first.nextRunAt);
      await world.stranger.runSubscription({ subscriptionId });
      await world.networkHelpers.time.increase(2 * 86_400);
      await world.stranger.runSubscription({ subscriptionId });
      await expectError("SubscriptionOver", () => world.stranger.runSubscription({ subscriptionId }));
      assert.include(await world.stranger.getSubscription({ subscriptionId }), { runsLeft: 0, funded: 0n, due: false });
    });

    it("give back what is left when they are cancelled, in ETH and in tokens", async () => {
      for (const token of [zeroAddress, world.deployment.token]) {
        const { subscriptionId } = await world.requester.subscribe({ ...world.request, ...daily, token });
        await world.stranger.runSubscription({ subscriptionId });
        const { refunded } = await world.requester.cancelSubscription({ subscriptionId });
        assert.equal(refunded, 2n * FEE);
        assert.equal((await world.requester.withdraw({ token })).amount, 2n * FEE);
        await expectError("SubscriptionOver", () => world.requester.cancelSubscription({ subscriptionId }));
      }
    });

    it("without funds of their own wait for the owner's balance", async () => {
      const terms = { ...world.request, ...daily, fromBalance: true };
      const { subscriptionId } = await world.requester.subscribe(terms);
      assert.include(await world.stranger.getSubscription({ subscriptionId }), { fee: FEE, funded: 0n, due: true });
      await expectError("BalanceInsufficient", () => world.stranger.runSubscription({ subscriptionId }));
      await world.requester.deposit({ amount: FEE });
      assert.equal((await world.stranger.runSubscription({ subscriptionId })).runsLeft, 2);
    });
  });
});
