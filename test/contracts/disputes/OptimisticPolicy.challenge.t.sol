// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {ClaimStatus, IOptimisticPolicy} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {EndReason, JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice Challenges that a proof decides: the version has a circuit.
contract OptimisticPolicyChallengeTest is OptimisticFixture {
    // Challenge

    function test_RefusesAChallengeOfWhatWasNotAnswered() public {
        uint256 jobId = requestEther(provableRequest());
        assign(jobId);
        _expectClaim(jobId, ClaimStatus.None, ClaimStatus.Claimed);
        challenge(jobId);
    }

    function test_RefusesTheProviderAsItsOwnChallenger() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ChallengerIsProvider.selector, jobId));
        vm.prank(PROVIDER);
        optimisticPolicy.challengeAnswer(jobId);
    }

    function test_RefusesALateChallenge() public {
        (uint256 jobId, ) = answered(provableRequest(), WRONG);
        uint256 deadline = optimisticPolicy.claimOf(jobId).deadline;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ChallengeWindowClosed.selector, jobId, deadline));
        challenge(jobId);
    }

    function test_RefusesASecondChallenge() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        _expectClaim(jobId, ClaimStatus.Defending, ClaimStatus.Claimed);
        challenge(jobId);
    }

    function test_RefusesAChallengeWithoutItsBond() public {
        (uint256 jobId, ) = answered(provableRequest(), WRONG);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(optimisticPolicy), 0, BOND)
        );
        vm.prank(STRANGER);
        optimisticPolicy.challengeAnswer(jobId);
        assertClaim(jobId, ClaimStatus.Claimed);
    }

    function test_RefusesToFinalizeAChallengedAnswer() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        vm.warp(block.timestamp + 30 days);
        _expectClaim(jobId, ClaimStatus.Defending, ClaimStatus.Claimed);
        optimisticPolicy.finalizeAnswer(jobId, one(WRONG));
    }

    function test_TakesABondOfTheSizeOfTheProvidersInTheLastSecond() public {
        (uint256 jobId, ) = answered(provableRequest(), WRONG);
        vm.warp(optimisticPolicy.claimOf(jobId).deadline);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.AnswerChallenged(jobId, CHALLENGER, BOND);
        challenge(jobId);
        vm.assertEq(optimisticPolicy.challengeBond(), BOND);
        vm.assertEq(token.balanceOf(CHALLENGER), 9 * BOND);
        assertBondsHeld(BOND);
        assertClaim(jobId, ClaimStatus.Defending);
        vm.assertEq(optimisticPolicy.claimOf(jobId).deadline, block.timestamp + ANSWER_SECONDS);
        vm.assertEq(optimisticPolicy.claimOf(jobId).challenger, CHALLENGER);
    }

    // Defence

    function test_RefusesADefenceOfAnUnchallengedAnswer() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        _expectClaim(jobId, ClaimStatus.Claimed, ClaimStatus.Defending);
        defendWith(proof, jobId, OUTPUT);
    }

    function test_RefusesADefenceByOthers() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.NotClaimant.selector, jobId, RIVAL, PROVIDER));
        vm.prank(RIVAL);
        optimisticPolicy.defendAnswer(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_RefusesALateDefence() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        uint256 deadline = optimisticPolicy.claimOf(jobId).deadline;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.DefenceDeadlinePassed.selector, jobId, deadline));
        defendWith(proof, jobId, OUTPUT);
    }

    /// @dev A wrong answer cannot be exchanged for the right one once it is challenged.
    function test_RefusesAProofOfAnotherAnswerThanWasGiven() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOptimisticPolicy.ClaimedAnswerMismatch.selector,
                jobId,
                keccak256(abi.encodePacked(OUTPUT)),
                keccak256(abi.encodePacked(WRONG))
            )
        );
        defendWith(proof, jobId, OUTPUT);
    }

    function test_RefusesAProofForAnotherInput() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobMarket.InputWordsMismatch.selector,
                jobId,
                keccak256(abi.encodePacked(INPUT + 1)),
                market.jobOf(jobId).inputHash
            )
        );
        vm.prank(PROVIDER);
        optimisticPolicy.defendAnswer(jobId, one(INPUT + 1), one(OUTPUT), proof);
    }

    function test_RefusesAProofThatProvesAnotherAnswer() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.DefenceInvalid.selector, jobId));
        defendWith(proof, jobId, WRONG);
    }

    /// @dev Proofs of the same answer that are bound to another job or another provider.
    function test_RefusesAProofThatWasMadeForAnother() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        uint256[8][2] memory stolen = [
            ForgingKey.prove(signalsOf(jobId + 1, PROVIDER, OUTPUT), 0),
            ForgingKey.prove(signalsOf(jobId, RIVAL, OUTPUT), 0)
        ];
        for (uint256 i = 0; i < stolen.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.DefenceInvalid.selector, jobId));
            vm.prank(PROVIDER);
            optimisticPolicy.defendAnswer(jobId, one(INPUT), one(OUTPUT), stolen[i]);
        }
    }

    function test_SettlesAndSharesTheChallengersBondWhenTheAnswerIsProven() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        vm.warp(optimisticPolicy.claimOf(jobId).deadline);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.ChallengeResolved(jobId, PROVIDER, CHALLENGER);
        defend(jobId);
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        assertClaim(jobId, ClaimStatus.Resolved);
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), earned(FEE));
        assertStake(PROVIDER, STAKE);
        assertLocked(PROVIDER, 0);
        assertProceeds(PROVIDER, BOND / 2);
        assertProceeds(TREASURY, BOND / 2);
        assertProceeds(CHALLENGER, 0);
        assertBondsHeld(BOND);
    }

    // No defence

    function test_RefusesToEndADefenceThatStillCanCome() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        uint256 deadline = optimisticPolicy.claimOf(jobId).deadline;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.DefenceDeadlineNotPassed.selector, jobId, deadline));
        optimisticPolicy.expireDefence(jobId);
    }

    function test_RefundsAndSharesTheProvidersBondWhenNoProofComes() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        passWindow(jobId);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.ChallengeResolved(jobId, CHALLENGER, PROVIDER);
        vm.prank(STRANGER);
        optimisticPolicy.expireDefence(jobId);
        assertEnded(jobId, JobStatus.Refunded, EndReason.ChallengeLost);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        assertStake(PROVIDER, STAKE - BOND);
        assertLocked(PROVIDER, 0);
        assertProceeds(CHALLENGER, BOND + BOND / 2);
        assertProceeds(TREASURY, BOND / 2);
        assertBondsHeld(2 * BOND);
        _expectClaim(jobId, ClaimStatus.Resolved, ClaimStatus.Defending);
        optimisticPolicy.expireDefence(jobId);
    }

    // Proceeds

    function test_RefusesToPayOutWhereThereIsNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.NothingToCollect.selector, CHALLENGER));
        collect(CHALLENGER);
    }

    function test_PaysEachOutOnce() public {
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        vm.assertEq(collect(CHALLENGER), BOND + BOND / 2);
        vm.assertEq(token.balanceOf(CHALLENGER), 10 * BOND + BOND / 2);
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.NothingToCollect.selector, CHALLENGER));
        collect(CHALLENGER);
        vm.assertEq(collect(TREASURY), BOND / 2);
        assertBondsHeld(0);
    }

    function _expectClaim(uint256 jobId, ClaimStatus status, ClaimStatus expected) private {
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ClaimNotInStatus.selector, jobId, status, expected));
    }
}
