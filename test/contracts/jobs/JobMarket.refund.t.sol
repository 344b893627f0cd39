// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketRefundTest is ProtocolFixture {
    function test_RefusesToRefundAJobThatCanStillBeDrawnOrIsOpenToAll() public {
        uint256 jobId = requestEther();
        uint256 openBefore = block.timestamp + DRAW_SECONDS + OPEN_SECONDS;
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.JobStillOpen.selector, jobId, openBefore);
        uint256[3] memory times = [block.timestamp, openBefore - OPEN_SECONDS, openBefore];
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(times[i]);
            vm.expectRevert(refusal);
            market.refundJob(jobId);
        }
    }

    /// @dev A provider may be proving for it: it would have worked for nothing.
    function test_RefusesToCancelInTheOpenRound() public {
        uint256 jobId = requestEther();
        uint256 drawBefore = block.timestamp + DRAW_SECONDS;
        vm.warp(drawBefore + 1);
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobInOpenRound.selector, jobId, drawBefore + OPEN_SECONDS));
        market.cancelJob(jobId);
        vm.warp(drawBefore);
        market.cancelJob(jobId);
        vm.stopPrank();
    }

    function test_RefusesToCancelForAnybodyButTheRequester() public {
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotRequester.selector, jobId, PROVIDER, REQUESTER));
        vm.prank(PROVIDER);
        market.cancelJob(jobId);
    }

    /// @dev The provider is at work: neither a change of mind nor the end of the draws takes its pay away.
    function test_RefusesToCancelOrRefundAnAssignedJob() public {
        uint256 jobId = requestAndAssign();
        vm.expectRevert(_notRequested(jobId, JobStatus.Assigned));
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        vm.expectRevert(_notRequested(jobId, JobStatus.Assigned));
        market.refundJob(jobId);
    }

    function test_NoJobIsRefundedTwice() public {
        uint256 jobId = requestEther();
        vm.startPrank(REQUESTER);
        market.cancelJob(jobId);
        vm.expectRevert(_notRequested(jobId, JobStatus.Refunded));
        market.cancelJob(jobId);
        vm.stopPrank();
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        vm.expectRevert(_notRequested(jobId, JobStatus.Refunded));
        market.refundJob(jobId);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
    }

    function test_ASettledJobIsNotRefunded() public {
        uint256 jobId = requestAndAssign();
        submit(jobId);
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        vm.expectRevert(_notRequested(jobId, JobStatus.Settled));
        market.refundJob(jobId);
        vm.expectRevert(_notRequested(jobId, JobStatus.Settled));
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, JobStatus.Settled, JobStatus.Assigned)
        );
        market.expireAssignment(jobId);
    }

    function test_AnyoneRefundsAJobThatNobodyWasDrawnFor() public {
        uint256 jobId = requestEther();
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.NoProvider);
    }

    function test_AJobThatWasDrawnAgainInVainNamesTheTimeout() public {
        uint256 jobId = requestAndAssign();
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        market.expireAssignment(jobId);
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.ProviderTimeout);
    }

    function test_WithoutAnOpenRoundItIsRefundedAfterTheDraws() public {
        JobRequest memory request = etherRequest();
        request.openSeconds = 0;
        uint256 jobId = requestEther(request);
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.NoProvider);
    }

    /// @dev A quorum's job that no panel was drawn for is refunded here, too.
    function test_AQuorumJobWithoutAPanelIsRefunded() public {
        JobRequest memory request = etherRequest();
        (request.policy, request.panelSize, request.quorum) = (Policy.Quorum, 3, 2);
        (request.openSeconds, request.windowSeconds) = (0, 60);
        uint256 jobId = requestEther(request);
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.NoProvider);
    }

    function test_TheRequesterCancelsAnOpenJob() public {
        uint256 jobId = requestEther();
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        _expectEnded(jobId, EndReason.Cancelled);
    }

    function _expectEnded(uint256 jobId, EndReason reason) private view {
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Refunded && job.reason == reason);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        assertMarketSolvent(ETHER);
    }

    function _notRequested(uint256 jobId, JobStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, status, JobStatus.Requested);
    }
}
