// SPDX-License-Identifier: MIT
// The token is for this test alone, and refuses with a string, as such tokens do.
// solhint-disable one-contract-per-file, gas-custom-errors
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {PanelVoting} from "../../../contracts/disputes/PanelVoting.sol";
import {Delivery, IJobMarket, JobRequest, Payment} from "../../../contracts/interfaces/IJobMarket.sol";
import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {IRequestDesk} from "../../../contracts/interfaces/IRequestDesk.sol";
import {EndReason} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "../disputes/DisputeFixture.sol";
import {HostileConsumer} from "../disputes/HostileConsumer.sol";

/// @notice Whom an issuer dislikes it blocks, as some issuers of dollars do.
contract BlockingToken is ERC20("Blocking", "BLK") {
    mapping(address account => bool) public blocked;

    constructor() {
        _mint(msg.sender, 1_000_000 ether);
    }

    function setBlocked(address account, bool isBlocked) external {
        blocked[account] = isBlocked;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!blocked[from] && !blocked[to], "blocked");
        super._update(from, to, amount);
    }
}

/// @notice Consumers and tokens against the whole protocol. Re-entry into the optimistic policy: DisputeAttacks.t.sol.
contract CallbackAttacksTest is DisputeFixture {
    /// @dev Each call would get through a moment later, or belongs to somebody else.
    function test_NoCallbackMovesAnythingAnywhere() public {
        JobRequest memory wish = etherRequest();
        vm.prank(REQUESTER);
        uint256 subscriptionId = desk.subscribe{value: FEE}(wish, 60, 1);
        uint256 refundable = requestEther();
        uint256 drawable = requestQuorum();
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);

        _attack(address(market), _marketCalls(refundable));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(PanelVoting.expirePanelDraw, (drawable));
        calls[1] = abi.encodeCall(PanelVoting.closePanel, (drawable, none()));
        _attack(address(quorumPolicy), calls);
        calls[0] = abi.encodeCall(IRequestDesk.runSubscription, (subscriptionId, wish));
        calls[1] = abi.encodeCall(IRequestDesk.cancelSubscription, (subscriptionId));
        _attack(address(desk), calls);
        calls[0] = abi.encodeCall(IProviderStaking.slashBond, (PROVIDER, address(this), BOND));
        calls[1] = abi.encodeCall(IProviderStaking.claimEarnings, (PROVIDER, ETHER));
        _attack(address(staking), calls);

        market.refundJob(refundable);
        quorumPolicy.expirePanelDraw(drawable);
        desk.runSubscription(subscriptionId, wish);
        assertMarketSolvent(ETHER);
    }

    /// @dev Its balance waits for it at another address; the provider is paid, and other tokens are as they were.
    function test_ATokenThatBlocksARequesterBlocksNobodyElse() public {
        BlockingToken blocking = new BlockingToken();
        blocking.transfer(REQUESTER, FEE);
        serve(PROVIDER, address(blocking), FEE / 2);
        vm.startPrank(REQUESTER);
        blocking.approve(address(market), FEE);
        uint256 jobId = market.requestJob(tokenRequest(address(blocking)));
        vm.stopPrank();
        assign(jobId);
        blocking.setBlocked(REQUESTER, true);
        submit(jobId);
        vm.prank(PROVIDER);
        vm.assertEq(market.withdraw(address(blocking), PROVIDER), earned(FEE / 2));
        vm.expectRevert(bytes("blocked"));
        vm.prank(REQUESTER);
        market.withdraw(address(blocking), REQUESTER);
        vm.prank(REQUESTER);
        vm.assertEq(market.withdraw(address(blocking), address(0xE15E)), FEE / 2);

        blocking.setBlocked(address(market), true);
        vm.expectRevert(bytes("blocked"));
        vm.prank(AUTHOR);
        market.withdraw(address(blocking), AUTHOR);
        uint256 etherJob = requestAndAssign();
        submit(etherJob);
        vm.prank(AUTHOR);
        market.withdraw(ETHER, AUTHOR);
        assertMarketSolvent(ETHER);
        assertMarketSolvent(address(blocking));
    }

    function _attack(address target, bytes[] memory calls) private {
        HostileConsumer consumer = new HostileConsumer();
        consumer.callWhenTold(target, calls);
        JobRequest memory wish = etherRequest();
        (wish.callback, wish.callbackGasLimit) = (address(consumer), 1_000_000);
        uint256 jobId = requestEther(wish);
        assign(jobId);
        submit(jobId);
        vm.assertEq(consumer.told(), 1);
        vm.assertEq(consumer.entered(), 0);
    }

    /// @dev All of the market that changes anything.
    function _marketCalls(uint256 refundable) private view returns (bytes[] memory calls) {
        calls = new bytes[](16);
        JobRequest memory wish = etherRequest();
        calls[0] = abi.encodeCall(IJobMarket.requestJob, (wish));
        calls[1] = abi.encodeCall(IJobMarket.requestJobFor, (REQUESTER, wish));
        calls[2] = abi.encodeCall(IJobMarket.requestJobFrom, (REQUESTER, wish));
        calls[3] = abi.encodeCall(IJobMarket.cancelJob, (refundable));
        calls[4] = abi.encodeCall(IJobMarket.assignJob, (refundable, ""));
        calls[5] = abi.encodeCall(IJobMarket.declineJob, (refundable, EndReason.ProviderDeclined));
        calls[6] = abi.encodeCall(IJobMarket.expireAssignment, (refundable));
        calls[7] = abi.encodeCall(IJobMarket.refundJob, (refundable));
        calls[8] = abi.encodeCall(IJobMarket.settleBatch, (new Delivery[](0)));
        calls[9] = abi.encodeCall(IJobMarket.takeJob, (refundable));
        calls[10] = abi.encodeCall(IJobMarket.settleJob, (refundable, new Payment[](0), none()));
        calls[11] = abi.encodeCall(IJobMarket.failJob, (refundable, EndReason.NoMajority));
        calls[12] = abi.encodeCall(IJobMarket.multicall, (new bytes[](0)));
        calls[13] = abi.encodeCall(IJobMarket.deposit, (ETHER, 0, REQUESTER));
        calls[14] = abi.encodeCall(IJobMarket.transferBalance, (REQUESTER, ETHER, 0));
        calls[15] = abi.encodeCall(IJobMarket.withdraw, (ETHER, REQUESTER));
    }
}
