// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EndReason, Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeHandler} from "../disputes/DisputeHandler.t.sol";
import {ProtocolHandler} from "./ProtocolHandler.t.sol";
import {ProviderMoves} from "./ProviderMoves.sol";
import {RequesterMoves} from "./RequesterMoves.sol";
import {ThiefMoves} from "./ThiefMoves.sol";

/// @notice Whatever the order of moves by requesters, providers, voters, challengers, delegators, thieves and the guardian,
/// under all policies and in all currencies at once: no unit is lost or taken, and a stranger can end every job.
contract ProtocolInvariantTest {
    uint256 private constant CORPUS_MOVES = 120;
    uint256 private constant CORPORA = 3;
    uint256 private constant OFTEN = 5;

    ProtocolHandler private handler;

    function setUp() public {
        handler = new ProtocolHandler();
        handler.setUp();
        handler.begin(_operations());
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = ProtocolHandler.act.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Sums over everybody and every job are dear, and what they would miss shows in the next as well.
    function invariant_TheProtocolHoldsWhatItOwes() external view {
        handler.assertNoMoveBrokeAnything();
        if ((handler.moves() + handler.refusals()) % 10 == 0) _checkAll();
    }

    /// @dev The same moves in every run.
    function test_AStrangerEndsWhatACorpusOfMovesLeavesOpen() external {
        uint256[10] memory endings;
        uint256 moves = 0;
        for (uint256 seed = 0; seed < CORPORA; ++seed) {
            if (seed > 0) this.setUp();
            for (uint256 i = 0; i < CORPUS_MOVES; ++i) {
                uint256 random = uint256(keccak256(abi.encode("corpus", seed, i)));
                handler.act(uint8(random), random >> 8, random >> 64, random >> 128);
                if (i % 40 == 0) _checkAll();
            }
            moves += handler.moves();
            for (uint256 reason = 1; reason < 10; ++reason) endings[reason] += _endingsOf(EndReason(reason));
            handler.endEverything();
            _checkAll();
            handler.assertNothingIsLeftOnceEverybodyTook();
        }
        vm.assertTrue(moves > (CORPORA * CORPUS_MOVES * 3) / 4, "most moves are refused");
        vm.assertTrue(endings[uint256(EndReason.Delivered)] > 0, "none delivered");
        vm.assertTrue(endings[uint256(EndReason.ChallengeLost)] > 0, "no challenge lost");
        vm.assertTrue(endings[uint256(EndReason.NoMajority)] > 0, "no vote undecided");
    }

    function _checkAll() private view {
        handler.assertNoMoveBrokeAnything();
        handler.assertMarketHoldsWhatItOwes();
        handler.assertDeskHoldsItsRuns();
        handler.assertStakeIsWhole();
        handler.assertEarningsAreCovered();
        handler.assertPoliciesHoldWhatTheyOwe();
    }

    function _endingsOf(EndReason reason) private view returns (uint256 count) {
        for (uint256 policy = 0; policy < 3; ++policy) count += handler.endings(Policy(policy), reason);
    }

    /// @dev All once, and often what brings jobs to their ends.
    function _operations() private pure returns (bytes4[] memory selectors) {
        (bytes4[43] memory all, bytes4[26] memory often) = (_all(), _often());
        selectors = new bytes4[](all.length + OFTEN * often.length);
        for (uint256 i = 0; i < all.length; ++i) selectors[i] = all[i];
        for (uint256 i = all.length; i < selectors.length; ++i) selectors[i] = often[(i - all.length) % often.length];
    }

    function _all() private pure returns (bytes4[43] memory) {
        return
            [
                RequesterMoves.requestAny.selector,
                DisputeHandler.requestVote.selector,
                DisputeHandler.requestAnswer.selector,
                RequesterMoves.subscribeAny.selector,
                RequesterMoves.runAny.selector,
                RequesterMoves.cancelSubscriptionAny.selector,
                RequesterMoves.cancelAny.selector,
                RequesterMoves.depositAny.selector,
                ProviderMoves.assignProof.selector,
                ProviderMoves.submitProofAny.selector,
                ProviderMoves.submitOpenAny.selector,
                ProviderMoves.settleBatchAny.selector,
                ProviderMoves.declineAny.selector,
                ProviderMoves.expireProof.selector,
                DisputeHandler.answerAny.selector,
                DisputeHandler.challengeAny.selector,
                DisputeHandler.commitWholePanel.selector,
                DisputeHandler.revealWholePanel.selector,
                ProviderMoves.refundProof.selector,
                ProviderMoves.changeCapacity.selector,
                ProviderMoves.changeAsk.selector,
                ProviderMoves.changeListing.selector,
                ProviderMoves.syncAny.selector,
                ProviderMoves.stakeAny.selector,
                ProviderMoves.unstakeAny.selector,
                ProviderMoves.withdrawStakeAny.selector,
                ProviderMoves.changeCommission.selector,
                ProviderMoves.claimAny.selector,
                ThiefMoves.steal.selector,
                ThiefMoves.withdrawAny.selector,
                ThiefMoves.giveAny.selector,
                ThiefMoves.withdrawProceedsAny.selector,
                ThiefMoves.pauseAny.selector,
                DisputeHandler.assignAny.selector,
                DisputeHandler.expireAssignmentAny.selector,
                DisputeHandler.refundAny.selector,
                DisputeHandler.drawAny.selector,
                DisputeHandler.expireDrawAny.selector,
                DisputeHandler.closeAny.selector,
                DisputeHandler.answerOpenAny.selector,
                DisputeHandler.defendAny.selector,
                DisputeHandler.expireDefenceAny.selector,
                DisputeHandler.finalizeAny.selector
            ];
    }

    function _often() private pure returns (bytes4[26] memory) {
        return
            [
                RequesterMoves.requestAny.selector,
                RequesterMoves.requestAny.selector,
                RequesterMoves.requestAny.selector,
                RequesterMoves.requestAny.selector,
                RequesterMoves.requestAny.selector,
                ProviderMoves.assignProof.selector,
                ProviderMoves.assignProof.selector,
                ProviderMoves.assignProof.selector,
                ProviderMoves.submitProofAny.selector,
                ProviderMoves.submitProofAny.selector,
                ProviderMoves.settleBatchAny.selector,
                ProviderMoves.declineAny.selector,
                DisputeHandler.requestVote.selector,
                DisputeHandler.assignAny.selector,
                DisputeHandler.assignAny.selector,
                DisputeHandler.answerAny.selector,
                DisputeHandler.answerAny.selector,
                DisputeHandler.challengeAny.selector,
                DisputeHandler.finalizeAny.selector,
                DisputeHandler.drawAny.selector,
                DisputeHandler.drawAny.selector,
                DisputeHandler.drawAny.selector,
                DisputeHandler.commitWholePanel.selector,
                DisputeHandler.commitWholePanel.selector,
                DisputeHandler.revealWholePanel.selector,
                DisputeHandler.revealWholePanel.selector
            ];
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
