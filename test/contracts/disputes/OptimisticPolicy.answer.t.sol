// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {AnswerClaim, ClaimStatus, IOptimisticPolicy} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {IPanelVoting} from "../../../contracts/interfaces/IPanelVoting.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice Answers under the optimistic policy that nobody challenges.
contract OptimisticPolicyAnswerTest is OptimisticFixture {
    function test_RefusesAnAnswerToAJobOfAnotherPolicy() public {
        uint256 jobId = requestAndAssign();
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.NotOptimisticJob.selector, jobId));
        answerAs(PROVIDER, jobId, OUTPUT);
    }

    function test_RefusesAnAnswerOfAnyoneButTheAssignedProvider() public {
        uint256 jobId = _assigned();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, RIVAL, PROVIDER));
        vm.prank(RIVAL);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesALateAnswer() public {
        uint256 jobId = _assigned();
        uint256 answerBefore = market.jobOf(jobId).deadline;
        vm.warp(answerBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.AnswerDeadlinePassed.selector, jobId, answerBefore));
        answerAs(PROVIDER, jobId, OUTPUT);
    }

    function test_RefusesAnAnswerThatIsNone() public {
        uint256 jobId = _assigned();
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AnswerInvalid.selector, jobId, 2, 1));
        vm.prank(PROVIDER);
        optimisticPolicy.submitAnswer(jobId, new uint256[](2));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AnswerWordTooLarge.selector, jobId, 0, Bn254.SCALAR_ORDER));
        answerAs(PROVIDER, jobId, Bn254.SCALAR_ORDER);
    }

    function test_RefusesAnAnswerBeforeTheJobIsAssigned() public {
        uint256 jobId = requestEther(provableRequest());
        uint256 openBefore = market.jobOf(jobId).deadline + OPEN_SECONDS;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, jobId, openBefore));
        vm.prank(PROVIDER);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesASecondAnswer() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        uint256 openBefore = market.jobOf(jobId).deadline + OPEN_SECONDS;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, jobId, openBefore));
        answerAs(PROVIDER, jobId, WRONG);
        vm.assertEq(optimisticPolicy.claimOf(jobId).answerHash, keccak256(abi.encodePacked(OUTPUT)));
    }

    function test_RefusesAProofAsAnAnswer() public {
        uint256 jobId = _assigned();
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotPolicyOf.selector, jobId, PROVIDER, Policy.Optimistic));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_KeepsTheAnswerAndTheBondUntilTheWindowIsOver() public {
        uint256 jobId = _assigned();
        vm.expectEmit(address(market));
        emit IJobMarket.JobAnswered(jobId, PROVIDER, block.timestamp + WINDOW_SECONDS, one(OUTPUT));
        answer(jobId, OUTPUT);
        AnswerClaim memory claim = optimisticPolicy.claimOf(jobId);
        vm.assertEq(uint256(claim.status), uint256(ClaimStatus.Claimed));
        vm.assertEq(claim.deadline, block.timestamp + WINDOW_SECONDS);
        vm.assertEq(claim.provider, PROVIDER);
        vm.assertEq(claim.challenger, address(0));
        vm.assertEq(uint256(market.jobOf(jobId).status), uint256(JobStatus.Answered));
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), 0);
        assertLocked(PROVIDER, 1);
    }

    function test_CannotBeEndedByTheMarketWhileItCanBeChallenged() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        vm.warp(block.timestamp + 365 days);
        expectNotRequested(jobId, JobStatus.Answered);
        market.refundJob(jobId);
        expectNotRequested(jobId, JobStatus.Answered);
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        _expectNotAssigned(jobId);
        market.expireAssignment(jobId);
        _expectNotAssigned(jobId);
        vm.prank(PROVIDER);
        market.declineJob(jobId, EndReason.ProviderDeclined);
    }

    // The open round

    function test_RefusesInTheOpenRoundWhoDoesNotServe() public {
        uint256 jobId = _open();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotServing.selector, jobId, RIVAL));
        vm.prank(RIVAL);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesInTheOpenRoundWhoAsksMoreThanTheFee() public {
        serve(RIVAL, ETHER, FEE + 1);
        uint256 jobId = _open();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotServing.selector, jobId, RIVAL));
        vm.prank(RIVAL);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesInTheOpenRoundWhoHasNoFreePlace() public {
        uint256 jobId = _open();
        vm.prank(PROVIDER);
        staking.setCapacity(0);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.AnswerBondUnavailable.selector, jobId, PROVIDER));
        vm.prank(PROVIDER);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesAnAnswerAfterTheOpenRound() public {
        uint256 jobId = _open();
        uint256 openBefore = uint256(market.jobOf(jobId).deadline) + OPEN_SECONDS;
        vm.warp(openBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, jobId, openBefore));
        vm.prank(PROVIDER);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
    }

    function test_LocksABondForAnAnswerInTheOpenRoundAndPaysTheAsk() public {
        serve(RIVAL, ETHER, FEE / 4);
        uint256 jobId = _open();
        vm.prank(RIVAL);
        optimisticPolicy.submitAnswer(jobId, one(OUTPUT));
        assertLocked(RIVAL, 1);
        Job memory job = market.jobOf(jobId);
        vm.assertEq(job.provider, RIVAL);
        vm.assertEq(job.price, FEE / 4);
        passWindow(jobId);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
        vm.assertEq(market.claimableOf(RIVAL, ETHER), earned(FEE / 4));
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE - FEE / 4);
        assertLocked(RIVAL, 0);
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    // Finalization

    function test_RefusesToFinalizeWhatWasNeverAnswered() public {
        uint256 jobId = _assigned();
        _expectClaim(jobId, ClaimStatus.None, ClaimStatus.Claimed);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesToFinalizeInTheLastSecondOfTheWindow() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        uint256 deadline = optimisticPolicy.claimOf(jobId).deadline;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ChallengeWindowOpen.selector, jobId, deadline));
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
    }

    function test_RefusesToFinalizeAnotherAnswer() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        passWindow(jobId);
        bytes32 given = keccak256(abi.encodePacked(WRONG));
        bytes32 expected = keccak256(abi.encodePacked(OUTPUT));
        vm.expectRevert(
            abi.encodeWithSelector(IOptimisticPolicy.ClaimedAnswerMismatch.selector, jobId, given, expected)
        );
        optimisticPolicy.finalizeAnswer(jobId, one(WRONG));
    }

    function test_RefusesToFinalizeTwice() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        passWindow(jobId);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
        _expectClaim(jobId, ClaimStatus.Resolved, ClaimStatus.Claimed);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
    }

    function test_AnyoneFinalizesWhatNobodyChallenged() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        passWindow(jobId);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.AnswerFinalized(jobId);
        vm.prank(STRANGER);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), earned(FEE));
        assertLocked(PROVIDER, 0);
        assertStake(PROVIDER, STAKE);
        assertBondsHeld(0);
    }

    function _assigned() private returns (uint256 jobId) {
        jobId = requestEther(provableRequest());
        assign(jobId);
    }

    function _open() private returns (uint256 jobId) {
        jobId = requestEther(provableRequest());
        vm.warp(market.jobOf(jobId).deadline + 1);
    }

    function _expectNotAssigned(uint256 jobId) private {
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, JobStatus.Answered, JobStatus.Assigned)
        );
    }

    function _expectClaim(uint256 jobId, ClaimStatus status, ClaimStatus expected) private {
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ClaimNotInStatus.selector, jobId, status, expected));
    }
}
