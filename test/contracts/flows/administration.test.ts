import { jobMarketAbi } from "@verimesh/abi";
import { expect } from "chai";
import { encodeFunctionData, parseAbi, zeroHash } from "viem";
import { FEE, jobRequest, startProtocol } from "../../helpers/protocol.ts";
import { refusalOf } from "../../helpers/refusalOf.ts";

const timelockAbi = parseAbi([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt) payable",
  "function getMinDelay() view returns (uint256)",
  "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
]);
const DELAY_SECONDS = 3_600;

describe("administration", () => {
  it("changes the fee in the open: proposed, seen for the delay, then executed", async () => {
    const setting = await startProtocol({ timelockSeconds: DELAY_SECONDS });
    const { deployer, deployment, market, mined, networkHelpers, publicClient } = setting;
    const timelock = { address: deployment.timelock, abi: timelockAbi } as const;
    const readFee = () => publicClient.readContract({ ...market, functionName: "protocolFeeBps" });

    const direct = deployer.writeContract({ ...market, functionName: "setProtocolFee", args: [1_000n] });
    expect(await refusalOf(direct)).to.equal("AccessControlUnauthorizedAccount");

    const data = encodeFunctionData({ abi: jobMarketAbi, functionName: "setProtocolFee", args: [1_000n] });
    const operation = [market.address, 0n, data, zeroHash, zeroHash] as const;
    const proposal = [...operation, BigInt(DELAY_SECONDS)] as const;
    await mined(deployer.writeContract({ ...timelock, functionName: "schedule", args: proposal }));
    const execute = () => deployer.writeContract({ ...timelock, functionName: "execute", args: operation });
    const early = await execute().then(
      () => "executed",
      (error: unknown) => String(error),
    );
    expect(early).to.contain("TimelockUnexpectedOperationState");
    expect(await readFee()).to.equal(250n);

    await networkHelpers.time.increase(DELAY_SECONDS);
    await mined(execute());
    expect(await readFee()).to.equal(1_000n);
  });

  it("stops new requests at once and nothing else: the guardian's pause", async () => {
    const setting = await startProtocol();
    const { deployer, market, mined, publicClient, requester } = setting;
    const request = () =>
      requester.writeContract({ ...market, functionName: "requestJob", args: [jobRequest(1n)], value: FEE });
    await mined(request());
    await mined(deployer.writeContract({ ...market, functionName: "pauseRequests" }));
    expect(await refusalOf(request())).to.equal("RequestsArePaused");

    const drawn = await setting.assign(1n);
    await setting.submit(1n, drawn);
    const paid = [jobRequest(1n).token, drawn.account.address] as const;
    await mined(drawn.writeContract({ ...market, functionName: "withdraw", args: paid }));
    const open = await publicClient.readContract({ ...market, functionName: "openEscrowOf", args: [paid[0]] });
    expect(open).to.equal(0n);
  });
});
