// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {EndReason, JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DeskFixture} from "../desk/DeskFixture.sol";

/// @notice The guardian's whole power: no new request. What runs goes on, and everybody's money comes out.
contract PauseTest is DeskFixture {
    function test_OnlyTheGuardianPausesAndUnpauses() public {
        bytes32 role = market.GUARDIAN_ROLE();
        address[3] memory callers = [ADMIN, TREASURY, RIVAL];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector,
                callers[i],
                role
            );
            vm.startPrank(callers[i]);
            vm.expectRevert(refusal);
            market.pauseRequests();
            vm.expectRevert(refusal);
            market.unpauseRequests();
            vm.stopPrank();
        }
    }

    function test_TheGuardianDoesNothingElse() public {
        bytes32 parameterRole = market.PARAMETER_ROLE();
        vm.startPrank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, GUARDIAN, parameterRole)
        );
        market.setProtocolFee(0);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, GUARDIAN, bytes32(0))
        );
        market.grantRole(parameterRole, GUARDIAN);
        vm.stopPrank();
    }

    function test_StopsEveryWayToRequest() public {
        uint256 subscription = _subscribe();
        JobRequest memory request = etherRequest();
        _pause();
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.RequestsArePaused.selector);
        vm.startPrank(REQUESTER);
        vm.expectRevert(refusal);
        market.requestJob{value: FEE}(request);
        vm.expectRevert(refusal);
        market.requestJobFor{value: FEE}(RIVAL, request);
        vm.expectRevert(refusal);
        market.requestJobWithPermit(tokenRequest(address(token)), 0, 0, 0, 0);
        vm.expectRevert(refusal);
        desk.runSubscription(subscription, request);
        vm.stopPrank();
        vm.prank(GUARDIAN);
        market.unpauseRequests();
        vm.assertEq(requestEther(), 1);
    }

    function test_JobsAreDrawnDeclinedSettledAndPaid() public {
        uint256 declined = requestAndAssign();
        uint256 settled = requestEther();
        _pause();
        assign(settled);
        submit(settled);
        vm.assertTrue(market.jobOf(settled).status == JobStatus.Settled);
        vm.prank(PROVIDER);
        market.declineJob(declined, EndReason.ProviderDeclined);
        vm.assertTrue(market.jobOf(declined).status == JobStatus.Requested);
        vm.prank(PROVIDER);
        vm.assertEq(market.withdraw(ETHER, PROVIDER), 0.875 ether);
        vm.prank(AUTHOR);
        vm.assertEq(market.withdraw(ETHER, AUTHOR), 0.1 ether);
    }

    function test_JobsAreCancelledExpiredAndRefunded() public {
        uint256 cancelled = requestEther();
        uint256 unanswered = requestAndAssign();
        uint256 undrawn = requestEther();
        _pause();
        vm.prank(REQUESTER);
        market.cancelJob(cancelled);
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        market.expireAssignment(unanswered);
        market.refundJob(undrawn);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 2 * FEE);
        vm.prank(REQUESTER);
        staking.withdrawSlashProceeds();
        vm.assertEq(token.balanceOf(REQUESTER), 1_000 ether + BOND / 2);
    }

    function test_BalancesMoveAndSubscriptionsAreCancelled() public {
        uint256 subscription = _subscribe();
        _pause();
        market.deposit{value: FEE}(ETHER, FEE, RIVAL);
        vm.prank(RIVAL);
        market.transferBalance(REQUESTER, ETHER, FEE);
        vm.startPrank(REQUESTER);
        desk.cancelSubscription(subscription);
        vm.assertEq(market.withdraw(ETHER, REQUESTER), 3 * FEE);
        vm.stopPrank();
    }

    function test_StakeLeaves() public {
        _pause();
        vm.startPrank(PROVIDER);
        staking.requestUnstake(PROVIDER, STAKE);
        vm.warp(block.timestamp + staking.UNBONDING_SECONDS());
        vm.assertEq(staking.withdrawUnstaked(PROVIDER), STAKE);
        vm.stopPrank();
    }

    function _pause() private {
        vm.prank(GUARDIAN);
        market.pauseRequests();
    }

    function _subscribe() private returns (uint256) {
        vm.prank(REQUESTER);
        return desk.subscribe{value: 2 * FEE}(etherRequest(), 1 days, 2);
    }
}
