// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice How an assignment ends without an answer: the deadline passes, or the provider steps back.
contract JobMarketAttemptsTest is ProtocolFixture {
    function test_RefusesToExpireAnAssignmentBeforeItsDeadlineHasPassed() public {
        uint256 jobId = requestAndAssign();
        uint256 answerBefore = block.timestamp + ANSWER_SECONDS;
        vm.warp(answerBefore);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.AnswerDeadlineNotPassed.selector, jobId, answerBefore));
        market.expireAssignment(jobId);
    }

    function test_RefusesToExpireOrDeclineWhatIsNotAssigned() public {
        uint256 jobId = requestEther();
        vm.expectRevert(_notInStatus(jobId, JobStatus.Requested, JobStatus.Assigned));
        market.expireAssignment(jobId);
        vm.expectRevert(_notInStatus(jobId, JobStatus.Requested, JobStatus.Assigned));
        vm.prank(PROVIDER);
        market.declineJob(jobId, EndReason.ProviderDeclined);
    }

    /// @dev A quorum's members answer to their policy, which has their bonds.
    function test_RefusesToExpireOrDeclineAJobThatAPanelHas() public {
        JobRequest memory request = etherRequest();
        (request.policy, request.panelSize, request.quorum) = (Policy.Quorum, 3, 2);
        (request.openSeconds, request.windowSeconds) = (0, 60);
        uint256 jobId = requestEther(request);
        vm.prank(address(quorumPolicy));
        market.takeJob(jobId);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DrawnByPolicy.selector, jobId, Policy.Quorum));
        market.expireAssignment(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, PROVIDER, address(0)));
        vm.prank(PROVIDER);
        market.declineJob(jobId, EndReason.ProviderDeclined);
    }

    function test_RefusesADeclineByAnybodyElse() public {
        uint256 jobId = requestAndAssign();
        address[2] memory others = [RIVAL, REQUESTER];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, others[i], PROVIDER)
            );
            vm.prank(others[i]);
            market.declineJob(jobId, EndReason.ProviderDeclined);
        }
    }

    /// @dev Past the deadline the bond is lost: no stepping back from that.
    function test_RefusesADeclinePastTheDeadline() public {
        uint256 jobId = requestAndAssign();
        uint256 answerBefore = block.timestamp + ANSWER_SECONDS;
        vm.warp(answerBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.AnswerDeadlinePassed.selector, jobId, answerBefore));
        _decline(jobId, EndReason.ProviderDeclined);
        vm.warp(answerBefore);
        _decline(jobId, EndReason.ProviderDeclined);
    }

    function test_RefusesADeclineForAnotherReason() public {
        uint256 jobId = requestAndAssign();
        for (uint256 i = 0; i <= uint256(EndReason.Cancelled); ++i) {
            EndReason reason = EndReason(i);
            bool valid = reason == EndReason.ContentUnavailable || reason == EndReason.InvalidProof;
            if (valid || reason == EndReason.ProviderDeclined) continue;
            vm.expectRevert(abi.encodeWithSelector(IJobMarket.DeclineReasonInvalid.selector, reason));
            _decline(jobId, reason);
        }
    }

    /// @dev Or a provider could wait for the job that it likes, and leave the others waiting.
    function test_RefusesMoreDeclinesThanADayHas() public {
        for (uint256 i = 0; i < selection.MAX_DECLINES_PER_DAY(); ++i) {
            _decline(requestAndAssign(), EndReason.ProviderDeclined);
        }
        uint256 jobId = requestAndAssign();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DeclinesUsedUp.selector, PROVIDER));
        _decline(jobId, EndReason.ProviderDeclined);
        // Nothing happened to the job, and its provider can still answer.
        submit(jobId);
    }

    function test_ADeclineCostsNothingAndTheJobIsDrawnAgainWithoutIt() public {
        EndReason[3] memory reasons = [
            EndReason.ContentUnavailable,
            EndReason.InvalidProof,
            EndReason.ProviderDeclined
        ];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 jobId = requestAndAssign();
            vm.warp(block.timestamp + 7);
            vm.expectEmit(address(market));
            emit IJobMarket.JobDeclined(jobId, PROVIDER, reasons[i]);
            _decline(jobId, reasons[i]);

            _expectDrawnAgain(jobId, 1, reasons[i]);
            vm.assertEq(staking.poolOf(PROVIDER).assets, STAKE);
            vm.assertEq(staking.poolOf(PROVIDER).locked, 0);
            (address previewed, ) = market.previewAssignment(jobId, headerFor(jobId, 1));
            vm.assertEq(previewed, address(0));
        }
    }

    function test_AnExpiredAssignmentCutsTheBondAndTheJobIsDrawnAgain() public {
        serve(RIVAL, ETHER, FEE);
        uint256 jobId = requestAndAssign();
        address first = market.jobOf(jobId).provider;
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        vm.expectEmit(address(market));
        emit IJobMarket.AssignmentExpired(jobId, first, BOND);
        market.expireAssignment(jobId);

        _expectDrawnAgain(jobId, 1, EndReason.ProviderTimeout);
        vm.assertEq(staking.poolOf(first).assets, STAKE - BOND);
        vm.assertEq(staking.poolOf(first).locked, 0);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND / 2);
        vm.assertEq(staking.slashProceedsOf(TREASURY), BOND / 2);

        assign(jobId);
        address second = market.jobOf(jobId).provider;
        vm.assertEq(second, first == PROVIDER ? RIVAL : PROVIDER);
        vm.assertEq(market.jobOf(jobId).deadline, block.timestamp + ANSWER_SECONDS);
        // The first one's proof is stale, whoever sends it.
        uint256[8] memory proof = proofOf(jobId, first);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, first, second));
        vm.prank(first);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProofInvalid.selector, jobId));
        vm.prank(second);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    /// @dev Its requester may have withheld it, and would earn half a bond for nothing.
    function test_WhereTheInputLiesOffTheChainTheWholeBondIsTheTreasurys() public {
        JobRequest memory request = etherRequest();
        request.inputCid = CID;
        uint256 jobId = requestEther(request);
        assign(jobId);
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        market.expireAssignment(jobId);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), 0);
        vm.assertEq(staking.slashProceedsOf(TREASURY), BOND);
    }

    function test_TheLastAttemptOpensTheJobAtOnceAndItStillEnds() public {
        address third = address(0x3333);
        stakeFor(third, STAKE);
        serve(RIVAL, ETHER, FEE);
        serve(third, ETHER, FEE);
        uint256 jobId = requestEther();
        for (uint256 attempt = 1; attempt <= 3; ++attempt) {
            assign(jobId);
            vm.warp(block.timestamp + ANSWER_SECONDS + 1);
            market.expireAssignment(jobId);
        }
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Requested && job.isOpen());
        vm.assertEq(job.attempts, market.MAX_ATTEMPTS());
        vm.assertEq(job.deadline, block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DrawClosed.selector, jobId, block.timestamp - 1));
        market.assignJob(jobId, "");

        vm.warp(uint256(job.deadline) + OPEN_SECONDS + 1);
        market.refundJob(jobId);
        job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Refunded && job.reason == EndReason.ProviderTimeout);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        assertMarketSolvent(ETHER);
    }

    function _decline(uint256 jobId, EndReason reason) private {
        vm.prank(PROVIDER);
        market.declineJob(jobId, reason);
    }

    function _expectDrawnAgain(uint256 jobId, uint256 attempts, EndReason reason) private view {
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Requested && job.reason == reason);
        vm.assertEq(job.attempts, attempts);
        vm.assertEq(job.provider, address(0));
        vm.assertEq(job.price, 0);
        vm.assertEq(job.drawBlock, block.number);
        vm.assertEq(job.deadline, block.timestamp + DRAW_SECONDS);
    }

    function _notInStatus(uint256 jobId, JobStatus status, JobStatus expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, status, expected);
    }
}
