// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {ReentrantCallback} from "../../../contracts/mocks/Callbacks.sol";
import {ReentrantToken} from "../../../contracts/mocks/HostileTokens.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketMulticallTest is ProtocolFixture {
    function setUp() public override {
        super.setUp();
        vm.deal(address(this), 100 ether);
    }

    /// @dev The attack on calls in one transaction: each inner call sees the same msg.value.
    function test_RefusesToSpendTheSameEtherTwice() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IJobMarket.requestJob, (etherRequest()));
        calls[1] = calls[0];
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
        market.multicall{value: FEE}(calls);

        calls[0] = abi.encodeCall(IJobMarket.deposit, (ETHER, FEE, address(this)));
        calls[1] = calls[0];
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
        market.multicall{value: FEE}(calls);
    }

    function test_RefusesToSpendTheSameEtherTwiceFromTheBalance() public {
        bytes[] memory calls = _requestsFromBalance(2);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.BalanceInsufficient.selector, address(this), ETHER, 0, FEE));
        market.multicall{value: FEE}(calls);
    }

    /// @dev A multicall inside a multicall sees msg.value once more: it is not credited again.
    function test_CreditsTheEtherOnceHoweverDeepTheCallsAre() public {
        bytes[] memory inner = new bytes[](1);
        inner[0] = abi.encodeCall(IJobMarket.multicall, (new bytes[](0)));
        bytes[] memory outer = new bytes[](2);
        outer[0] = abi.encodeCall(IJobMarket.multicall, (inner));
        outer[1] = abi.encodeCall(IJobMarket.multicall, (new bytes[](0)));
        market.multicall{value: FEE}(outer);
        vm.assertEq(market.claimableOf(address(this), ETHER), FEE);
        assertMarketSolvent(ETHER);
        // And after an inner one the outer one still knows that it is spent.
        outer[1] = abi.encodeCall(IJobMarket.requestJob, (etherRequest()));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
        market.multicall{value: FEE}(outer);
    }

    function test_TheNextCallInTheSameTransactionPaysAsEver() public {
        market.multicall{value: FEE}(new bytes[](0));
        market.requestJob{value: FEE}(etherRequest());
        vm.assertEq(market.claimableOf(address(this), ETHER), FEE);
        assertMarketSolvent(ETHER);
    }

    function test_OneRefusalUndoesAll() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = _requestsFromBalance(1)[0];
        calls[1] = abi.encodeCall(IJobMarket.cancelJob, (77));
        market.deposit{value: FEE}(ETHER, FEE, address(this));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobUnknown.selector, 77));
        market.multicall(calls);
        vm.assertEq(market.jobCount(), 0);
    }

    function test_EachInnerCallIsTheCallersOwn() public {
        uint256 jobId = requestEther();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IJobMarket.cancelJob, (jobId));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotRequester.selector, jobId, address(this), REQUESTER));
        market.multicall(calls);
        vm.prank(REQUESTER);
        market.multicall(calls);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
    }

    /// @dev While the market is locked, ether that came with a multicall would be counted by nobody.
    function test_RefusesToBeEnteredFromACallbackOrAToken() public {
        bytes memory entry = abi.encodeCall(IJobMarket.multicall, (new bytes[](0)));
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        ReentrantCallback attacker = new ReentrantCallback();
        attacker.callDuringResult(entry);
        vm.deal(address(attacker), 1 ether);
        JobRequest memory request = etherRequest();
        (request.callback, request.callbackGasLimit) = (address(attacker), 200_000);
        uint256 jobId = requestEther(request);
        assign(jobId);
        submit(jobId);
        vm.assertFalse(attacker.entered());
        vm.assertEq(attacker.refusal(), refusal);
        vm.assertEq(address(attacker).balance, 1 ether);

        ReentrantToken reentrant = new ReentrantToken();
        reentrant.approve(address(market), FEE);
        reentrant.callWhileMoving(address(market), entry);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IJobMarket.requestJob, (tokenRequest(address(reentrant))));
        market.multicall(calls);
        vm.assertFalse(reentrant.entered());
        vm.assertEq(reentrant.refusal(), refusal);
        assertMarketSolvent(ETHER);
    }

    function test_OpensManyJobsForOnePayment() public {
        uint256 before = address(this).balance;
        bytes[] memory results = market.multicall{value: 3 * FEE + 5}(_requestsFromBalance(3));
        for (uint256 i = 0; i < 3; ++i) {
            uint256 jobId = abi.decode(results[i], (uint256));
            vm.assertEq(jobId, i + 1);
            vm.assertEq(market.jobOf(jobId).requester, address(this));
        }
        vm.assertEq(market.openEscrowOf(ETHER), 3 * FEE);
        vm.assertEq(market.claimableOf(address(this), ETHER), 5);
        vm.assertEq(address(this).balance, before - 3 * FEE - 5);
        assertMarketSolvent(ETHER);
    }

    function _requestsFromBalance(uint256 count) private view returns (bytes[] memory calls) {
        JobRequest memory request = etherRequest();
        request.fromBalance = true;
        calls = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) calls[i] = abi.encodeCall(IJobMarket.requestJob, (request));
    }
}
