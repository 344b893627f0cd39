// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRequestDesk, Subscription} from "../../../contracts/interfaces/IRequestDesk.sol";
import {
    FeeOnTransferToken,
    LyingToken,
    ReentrantToken,
    ReturnsFalseToken
} from "../../../contracts/mocks/HostileTokens.sol";
import {vm} from "../../helpers/Vm.sol";
import {DeskFixture} from "./DeskFixture.sol";

contract RequestDeskSubscribeTest is DeskFixture {
    uint256 private constant INTERVAL = 1 days;
    uint256 private constant RUNS = 3;

    function test_RefusesTermsOutOfRange() public {
        _expectTermsRefused(desk.MIN_INTERVAL_SECONDS() - 1, 1);
        _expectTermsRefused(uint256(type(uint32).max) + 1, 1);
        _expectTermsRefused(INTERVAL, 0);
        _expectTermsRefused(INTERVAL, uint256(type(uint24).max) + 1);
    }

    function test_RefusesAFeeOutOfRange() public {
        JobRequest memory request = etherRequest();
        request.fee = 0;
        vm.expectRevert(IJobMarket.FeeZero.selector);
        desk.subscribe(request, INTERVAL, RUNS);
        request.fee = uint256(type(uint96).max) + 1;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.FeeTooHigh.selector, request.fee));
        desk.subscribe(request, INTERVAL, RUNS);
    }

    function test_RefusesOtherEtherThanAllRunsCost() public {
        _expectEtherRefused(etherRequest(), RUNS * FEE - 1, RUNS * FEE);
        _expectEtherRefused(etherRequest(), RUNS * FEE + 1, RUNS * FEE);
        _expectEtherRefused(tokenRequest(address(token)), 1, 0);
        _expectEtherRefused(balanceRequest(), 1, 0);
    }

    function test_RefusesTokensThatDoNotArrive() public {
        address taking = address(new FeeOnTransferToken());
        address lying = address(new LyingToken());
        address refusing = address(new ReturnsFalseToken());
        IERC20(taking).approve(address(desk), RUNS * FEE);
        uint256 arrived = (RUNS * FEE * 99) / 100;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, taking, arrived, RUNS * FEE));
        desk.subscribe(tokenRequest(taking), INTERVAL, RUNS);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, lying, 0, RUNS * FEE));
        desk.subscribe(tokenRequest(lying), INTERVAL, RUNS);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, refusing));
        desk.subscribe(tokenRequest(refusing), INTERVAL, RUNS);
    }

    function test_RefusesToBeEnteredByAToken() public {
        ReentrantToken reentrant = new ReentrantToken();
        reentrant.approve(address(desk), type(uint256).max);
        reentrant.callWhileMoving(address(desk), abi.encodeCall(IRequestDesk.cancelSubscription, (1)));
        desk.subscribe(tokenRequest(address(reentrant)), INTERVAL, RUNS);
        vm.assertFalse(reentrant.entered());
        vm.assertEq(
            bytes32(reentrant.refusal()),
            bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_UnknownSubscriptionsAreNamed() public {
        bytes memory refusal = abi.encodeWithSelector(IRequestDesk.SubscriptionUnknown.selector, 7);
        vm.expectRevert(refusal);
        desk.runSubscription(7, etherRequest());
        vm.expectRevert(refusal);
        desk.cancelSubscription(7);
        vm.expectRevert(refusal);
        desk.subscriptionOf(7);
    }

    function test_RefusesAnotherRequestThanTheOneSubscribed() public {
        uint256 id = _subscribe();
        JobRequest memory other = etherRequest();
        other.inputWords = one(INPUT + 1);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionMismatch.selector, id));
        desk.runSubscription(id, other);
        // The request as the desk hands it on is not the one that was subscribed either.
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionMismatch.selector, id));
        desk.runSubscription(id, balanceRequest());
    }

    function test_RefusesARunBeforeItIsDue() public {
        uint256 id = _subscribe();
        uint256 first = block.timestamp;
        desk.runSubscription(id, etherRequest());
        vm.warp(first + INTERVAL - 1);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionNotDue.selector, id, first + INTERVAL));
        desk.runSubscription(id, etherRequest());
        vm.warp(first + INTERVAL);
        desk.runSubscription(id, etherRequest());
    }

    /// @dev An attack on the purse: nobody runs it for a while, then somebody runs all of it at once.
    function test_MissedRunsAreNotMadeUpAtOnce() public {
        uint256 id = _subscribe();
        uint256 first = block.timestamp;
        vm.warp(first + 10 * INTERVAL + 5);
        desk.runSubscription(id, etherRequest());
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionNotDue.selector, id, first + 11 * INTERVAL));
        desk.runSubscription(id, etherRequest());
        vm.assertEq(desk.subscriptionOf(id).runsLeft, RUNS - 1);
    }

    function test_RefusesMoreRunsThanWereFunded() public {
        uint256 id = _subscribe();
        for (uint256 i = 0; i < RUNS; ++i) {
            desk.runSubscription(id, etherRequest());
            vm.warp(block.timestamp + INTERVAL);
        }
        _subscribe();
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionOver.selector, id));
        desk.runSubscription(id, etherRequest());
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionOver.selector, id));
        desk.cancelSubscription(id);
        assertDeskHolds(ETHER, RUNS * FEE);
    }

    function test_OnlyTheOwnerCancels() public {
        uint256 id = _subscribe();
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.NotSubscriptionOwner.selector, id, RIVAL));
        desk.cancelSubscription(id);
    }

    function test_TellsWhatWasSubscribed() public {
        vm.expectEmit(address(desk));
        emit IRequestDesk.SubscriptionCreated(1, REQUESTER, INTERVAL, RUNS, block.timestamp, etherRequest());
        uint256 id = _subscribe();
        Subscription memory subscription = desk.subscriptionOf(id);
        vm.assertEq(subscription.owner, REQUESTER);
        vm.assertEq(subscription.nextRunAt, block.timestamp);
        vm.assertEq(subscription.intervalSeconds, INTERVAL);
        vm.assertEq(subscription.runsLeft, RUNS);
        vm.assertEq(subscription.fee, FEE);
        vm.assertEq(subscription.requestHash, keccak256(abi.encode(etherRequest())));
        vm.assertEq(desk.subscriptionCount(), 1);
        assertDeskHolds(ETHER, RUNS * FEE);
    }

    /// @dev The job, and all that comes back of it, is the owner's, whoever ran it.
    function test_EachRunOpensAJobOfTheOwner() public {
        uint256 id = _subscribe();
        vm.expectEmit(address(desk));
        emit IRequestDesk.SubscriptionRun(id, 1, RUNS - 1, block.timestamp + INTERVAL);
        vm.prank(RIVAL);
        uint256 jobId = desk.runSubscription(id, etherRequest());
        vm.assertEq(market.jobOf(jobId).requester, REQUESTER);
        assertDeskHolds(ETHER, (RUNS - 1) * FEE);

        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), 0);
    }

    function test_ATokenSubscriptionIsFundedAndRun() public {
        vm.startPrank(REQUESTER);
        token.approve(address(desk), RUNS * FEE);
        uint256 id = desk.subscribe(tokenRequest(address(token)), INTERVAL, RUNS);
        vm.stopPrank();
        assertDeskHolds(address(token), RUNS * FEE);
        desk.runSubscription(id, tokenRequest(address(token)));
        assertDeskHolds(address(token), (RUNS - 1) * FEE);
        assertMarketSolvent(address(token));
    }

    function test_CancellingGivesBackWhatIsLeftOnce() public {
        uint256 id = _subscribe();
        desk.runSubscription(id, etherRequest());
        vm.startPrank(REQUESTER);
        vm.expectEmit(address(desk));
        emit IRequestDesk.SubscriptionCancelled(id, 2 * FEE);
        desk.cancelSubscription(id);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 2 * FEE);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionOver.selector, id));
        desk.cancelSubscription(id);
        vm.stopPrank();
        assertDeskHolds(ETHER, 0);
    }

    function test_ARunThatTheMarketRefusesChangesNothing() public {
        uint256 id = _subscribe();
        bytes32 before = keccak256(abi.encode(desk.subscriptionOf(id)));
        vm.prank(GUARDIAN);
        market.pauseRequests();
        vm.expectRevert(IJobMarket.RequestsArePaused.selector);
        desk.runSubscription(id, etherRequest());
        vm.assertEq(keccak256(abi.encode(desk.subscriptionOf(id))), before);
        assertDeskHolds(ETHER, RUNS * FEE);
    }

    function test_CancellingWorksWhenNoRunDoes() public {
        uint256 id = _subscribe();
        vm.prank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        vm.prank(GUARDIAN);
        market.pauseRequests();
        vm.prank(REQUESTER);
        desk.cancelSubscription(id);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), RUNS * FEE);

        vm.prank(GUARDIAN);
        market.unpauseRequests();
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
        market.requestJob{value: FEE}(etherRequest());
    }

    function test_ASubscriptionFromTheBalanceTakesEachFeeWhenItRuns() public {
        vm.prank(SIGNER);
        uint256 id = desk.subscribe(balanceRequest(), INTERVAL, RUNS);
        assertDeskHolds(ETHER, 0);
        uint256 jobId = desk.runSubscription(id, balanceRequest());
        vm.assertEq(market.jobOf(jobId).requester, SIGNER);
        vm.assertEq(market.claimableOf(SIGNER, ETHER), 10 ether - FEE);
        vm.prank(SIGNER);
        desk.cancelSubscription(id);
        vm.assertEq(market.claimableOf(SIGNER, ETHER), 10 ether - FEE);
    }

    /// @dev An attack: a subscription that funded nothing, at a desk that holds others' funds.
    function test_ASubscriptionFromAnEmptyBalanceSpendsNobodyElses() public {
        _subscribe();
        vm.prank(RIVAL);
        uint256 id = desk.subscribe(balanceRequest(), INTERVAL, RUNS);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.BalanceInsufficient.selector, RIVAL, ETHER, 0, FEE));
        desk.runSubscription(id, balanceRequest());
        vm.prank(RIVAL);
        desk.cancelSubscription(id);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), 0);
        assertDeskHolds(ETHER, RUNS * FEE);

        // Once its owner has the money, and has not cancelled, it goes on.
        vm.prank(RIVAL);
        id = desk.subscribe(balanceRequest(), INTERVAL, RUNS);
        market.deposit{value: FEE}(ETHER, FEE, RIVAL);
        desk.runSubscription(id, balanceRequest());
        assertDeskHolds(ETHER, RUNS * FEE);
    }

    function testFuzz_RunsStayOnTheGridOfTheFirst(uint32 interval, uint40 late) public {
        uint256 apart = 60 + (uint256(interval) % 30 days);
        uint256 id = _subscribe(apart, RUNS);
        uint256 first = block.timestamp;
        vm.warp(first + (uint256(late) % 3650 days));
        desk.runSubscription(id, etherRequest());
        uint256 next = desk.subscriptionOf(id).nextRunAt;
        vm.assertEq((next - first) % apart, 0);
        vm.assertTrue(next > block.timestamp && next <= block.timestamp + apart);
    }

    function _subscribe() private returns (uint256) {
        return _subscribe(INTERVAL, RUNS);
    }

    function _subscribe(uint256 interval, uint256 runs) private returns (uint256) {
        vm.prank(REQUESTER);
        return desk.subscribe{value: runs * FEE}(etherRequest(), interval, runs);
    }

    function _expectTermsRefused(uint256 interval, uint256 runs) private {
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionTermsInvalid.selector, interval, runs));
        desk.subscribe(etherRequest(), interval, runs);
    }

    function _expectEtherRefused(JobRequest memory request, uint256 value, uint256 expected) private {
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.SubscriptionEtherMismatch.selector, value, expected));
        desk.subscribe{value: value}(request, INTERVAL, RUNS);
    }
}
