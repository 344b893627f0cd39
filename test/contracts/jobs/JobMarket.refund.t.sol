// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {EndReason, Job, JobStatus} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketRefundTest is ProtocolFixture {
    function test_RefusesToRefundAJobThatCanStillBeClaimed() public {
        uint256 jobId = requestEther();
        uint256 claimBefore = block.timestamp + CLAIM_SECONDS;
        vm.warp(claimBefore);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobStillOpen.selector, jobId, claimBefore));
        market.refundJob(jobId);
    }

    function test_RefusesToCancelForAnybodyButTheRequester() public {
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotRequester.selector, jobId, PROVIDER, REQUESTER));
        vm.prank(PROVIDER);
        market.cancelJob(jobId);
    }

    /// @dev The provider is at work: neither a change of mind nor the end of the claim window takes its pay away.
    function test_RefusesToCancelOrRefundAClaimedJob() public {
        uint256 jobId = requestAndClaim();
        vm.expectRevert(_notRequested(jobId, JobStatus.Assigned));
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.warp(block.timestamp + CLAIM_SECONDS + 1);
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
        vm.warp(block.timestamp + CLAIM_SECONDS + 1);
        vm.expectRevert(_notRequested(jobId, JobStatus.Refunded));
        market.refundJob(jobId);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
    }

    function test_ASettledJobIsNotRefunded() public {
        uint256 jobId = requestAndClaim();
        submit(jobId);
        vm.warp(block.timestamp + CLAIM_SECONDS + 1);
        vm.expectRevert(_notRequested(jobId, JobStatus.Settled));
        market.refundJob(jobId);
        vm.expectRevert(_notRequested(jobId, JobStatus.Settled));
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, JobStatus.Settled, JobStatus.Assigned)
        );
        market.expireClaim(jobId);
    }

    function test_AnyoneRefundsAJobThatNobodyClaimed() public {
        uint256 jobId = requestEther();
        vm.warp(block.timestamp + CLAIM_SECONDS + 1);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.NoProvider);
    }

    function test_AReopenedJobWhoseWindowClosedNamesTheTimeout() public {
        uint256 jobId = requestAndClaim();
        vm.warp(block.timestamp + PROVE_SECONDS + 1);
        market.expireClaim(jobId);
        vm.warp(block.timestamp + CLAIM_SECONDS);
        market.refundJob(jobId);
        _expectEnded(jobId, EndReason.ProviderTimeout);
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
