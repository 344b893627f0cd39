// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice After the draws any serving provider may deliver, without a bond.
contract JobMarketOpenTest is ProtocolFixture {
    uint256 private jobId;
    uint256 private drawBefore;

    function setUp() public override {
        super.setUp();
        jobId = requestEther();
        drawBefore = block.timestamp + DRAW_SECONDS;
    }

    function test_RefusesADeliveryWhileProvidersAreDrawn() public {
        vm.warp(drawBefore);
        _expectRefused(
            PROVIDER,
            abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, jobId, drawBefore + OPEN_SECONDS)
        );
    }

    function test_TheOpenRoundIncludesItsLastSecond() public {
        uint256 openBefore = drawBefore + OPEN_SECONDS;
        vm.warp(openBefore + 1);
        _expectRefused(PROVIDER, abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, jobId, openBefore));
        vm.warp(openBefore);
        submit(jobId);
    }

    function test_RefusesWhoDoesNotServeTheVersionInThisToken() public {
        vm.warp(drawBefore + 1);
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.NotServing.selector, jobId, RIVAL);
        _expectRefused(RIVAL, refusal);
        serve(RIVAL, address(token), FEE);
        _expectRefused(RIVAL, refusal);
        vm.prank(RIVAL);
        selection.setAsk(modelId, 1, ETHER, false, 0);
        _expectRefused(RIVAL, refusal);
    }

    function test_RefusesWhoAsksMoreThanTheFee() public {
        vm.warp(drawBefore + 1);
        serve(RIVAL, ETHER, FEE + 1);
        _expectRefused(RIVAL, abi.encodeWithSelector(IJobMarket.NotServing.selector, jobId, RIVAL));
    }

    /// @dev The binding names who sends it: nobody earns by copying what is pending.
    function test_RefusesAProofThatSomebodyElseMade() public {
        vm.warp(drawBefore + 1);
        serve(RIVAL, ETHER, FEE);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProofInvalid.selector, jobId));
        vm.prank(RIVAL);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_RefusesAProofForAnOptimisticJob() public {
        JobRequest memory request = etherRequest();
        (request.policy, request.windowSeconds) = (Policy.Optimistic, 60);
        uint256 optimistic = requestEther(request);
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        uint256[8] memory proof = proofOf(optimistic, PROVIDER);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.NotPolicyOf.selector, optimistic, PROVIDER, Policy.Optimistic)
        );
        vm.prank(PROVIDER);
        market.submitProof(optimistic, one(INPUT), one(OUTPUT), proof);
    }

    function test_PaysTheAskOfNowWithoutABond() public {
        vm.warp(drawBefore + 1);
        serve(RIVAL, ETHER, 0.4 ether);
        uint256[8] memory proof = proofOf(jobId, RIVAL);
        vm.prank(RIVAL);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);

        vm.assertTrue(market.jobOf(jobId).status == JobStatus.Settled);
        vm.assertEq(market.jobOf(jobId).provider, RIVAL);
        vm.assertEq(market.jobOf(jobId).price, 0.4 ether);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), 0.35 ether);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 0.6 ether);
        vm.assertEq(staking.poolOf(RIVAL).activeJobs, 0);
        assertMarketSolvent(ETHER);
    }

    /// @dev Others' bonds of running jobs are theirs: a delivery without a bond releases none.
    function test_DoesNotReleaseTheBondOfAnotherJob() public {
        uint256 assigned = requestAndAssign();
        vm.warp(drawBefore + 1);
        submit(jobId);
        vm.assertEq(staking.poolOf(PROVIDER).locked, BOND);
        vm.assertTrue(market.jobOf(assigned).status == JobStatus.Assigned);
    }

    /// @dev Work is work: who was too late for its own assignment lost its bond, and may still bring a proof.
    function test_WhoMissedItsDeadlineMayStillDeliver() public {
        uint256 late = requestAndAssign();
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        market.expireAssignment(late);
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        submit(late);
        vm.assertTrue(market.jobOf(late).status == JobStatus.Settled);
        vm.assertEq(staking.poolOf(PROVIDER).assets, STAKE - BOND);
        assertMarketSolvent(ETHER);
    }

    function test_SharesWithDelegatorsHereToo() public {
        token.approve(address(staking), STAKE);
        staking.delegate(PROVIDER, STAKE);
        vm.prank(PROVIDER);
        staking.setCommission(0);
        vm.warp(drawBefore + 1);
        submit(jobId);
        uint256 shared = market.claimableOf(address(staking), ETHER);
        vm.assertTrue(shared > 0.43 ether && shared <= 0.4375 ether);
        assertMarketSolvent(ETHER);
    }

    function _expectRefused(address provider, bytes memory refusal) private {
        uint256[8] memory proof = proofOf(jobId, provider);
        vm.expectRevert(refusal);
        vm.prank(provider);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }
}
