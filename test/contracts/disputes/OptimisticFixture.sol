// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {ClaimStatus} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "./DisputeFixture.sol";

/// @notice Answers that can be challenged: PROVIDER's on the model with a circuit, a drawn server's on the other; and a
/// challenger who has the tokens for it.
abstract contract OptimisticFixture is DisputeFixture {
    address internal constant CHALLENGER = address(0xC4A1);

    function setUp() public virtual override {
        super.setUp();
        fundChallenger(CHALLENGER, 10 * BOND);
    }

    function fundChallenger(address account, uint256 amount) internal {
        token.transfer(account, amount);
        vm.prank(account);
        token.approve(address(optimisticPolicy), amount);
    }

    function provableRequest() internal view returns (JobRequest memory request) {
        request = etherRequest();
        request.policy = Policy.Optimistic;
        request.windowSeconds = WINDOW_SECONDS;
    }

    function juryRequest() internal view returns (JobRequest memory request) {
        request = provableRequest();
        request.modelId = giant;
        request.panelSize = PANEL_SIZE;
        request.quorum = QUORUM;
    }

    function answer(uint256 jobId, uint256 word) internal {
        answerAs(market.jobOf(jobId).provider, jobId, word);
    }

    function answerAs(address provider, uint256 jobId, uint256 word) internal {
        vm.prank(provider);
        optimisticPolicy.submitAnswer(jobId, one(word));
    }

    /// @dev Requested, drawn and answered.
    function answered(JobRequest memory request, uint256 word) internal returns (uint256 jobId, address provider) {
        jobId = requestEther(request);
        assign(jobId);
        provider = market.jobOf(jobId).provider;
        answer(jobId, word);
    }

    function challenge(uint256 jobId) internal {
        vm.prank(CHALLENGER);
        optimisticPolicy.challengeAnswer(jobId);
    }

    function challenged(JobRequest memory request, uint256 word) internal returns (uint256 jobId, address provider) {
        (jobId, provider) = answered(request, word);
        challenge(jobId);
    }

    function defend(uint256 jobId) internal {
        defendWith(proofOf(jobId, PROVIDER), jobId, OUTPUT);
    }

    function defendWith(uint256[8] memory proof, uint256 jobId, uint256 word) internal {
        vm.prank(PROVIDER);
        optimisticPolicy.defendAnswer(jobId, one(INPUT), one(word), proof);
    }

    function passWindow(uint256 jobId) internal {
        vm.warp(optimisticPolicy.claimOf(jobId).deadline + 1);
    }

    function collect(address account) internal returns (uint256) {
        vm.prank(account);
        return optimisticPolicy.withdrawBondProceeds();
    }

    function assertClaim(uint256 jobId, ClaimStatus expected) internal view {
        vm.assertEq(uint256(optimisticPolicy.claimOf(jobId).status), uint256(expected), "claim status");
    }

    function assertProceeds(address account, uint256 expected) internal view {
        vm.assertEq(optimisticPolicy.bondProceedsOf(account), expected, "bond proceeds");
    }

    function assertBondsHeld(uint256 expected) internal view {
        vm.assertEq(token.balanceOf(address(optimisticPolicy)), expected, "held by the policy");
    }
}
