// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {ClaimStatus, IOptimisticPolicy} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {IPanelVoting, Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {EndReason, JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice Challenges that a jury decides: the version has no circuit.
contract OptimisticPolicyJuryTest is OptimisticFixture {
    function test_RefusesAJuryBeforeAChallenge() public {
        (uint256 jobId, ) = answered(juryRequest(), OUTPUT);
        _expectPanel(jobId, PanelStatus.None, PanelStatus.Drawing);
        optimisticPolicy.drawPanel(jobId, "");
    }

    function test_RefusesAJuryWhereAProofIsDue() public {
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        _expectPanel(jobId, PanelStatus.None, PanelStatus.Drawing);
        optimisticPolicy.drawPanel(jobId, "");
    }

    function test_RefusesAProofAndItsAbsenceWhereAJuryDecides() public {
        (uint256 jobId, address provider) = challenged(juryRequest(), OUTPUT);
        uint256[8] memory proof = proofOf(jobId, provider);
        vm.warp(block.timestamp + 30 days);
        _expectClaim(jobId, ClaimStatus.Judging, ClaimStatus.Defending);
        vm.prank(provider);
        optimisticPolicy.defendAnswer(jobId, one(INPUT), one(OUTPUT), proof);
        _expectClaim(jobId, ClaimStatus.Judging, ClaimStatus.Defending);
        optimisticPolicy.expireDefence(jobId);
    }

    function test_OpensADrawAmongTheCandidatesOfTheChallengesBlock() public {
        (uint256 jobId, ) = answered(juryRequest(), OUTPUT);
        vm.roll(block.number + 50);
        challenge(jobId);
        Panel memory panel = optimisticPolicy.panelOf(jobId);
        vm.assertEq(uint256(panel.status), uint256(PanelStatus.Drawing));
        vm.assertEq(panel.round, 1);
        vm.assertEq(panel.size, PANEL_SIZE);
        vm.assertEq(panel.quorum, QUORUM);
        vm.assertEq(panel.drawBlock, block.number);
        vm.assertEq(panel.drawBefore, block.timestamp + DRAW_SECONDS);
        assertClaim(jobId, ClaimStatus.Judging);
    }

    /// @dev Twelve seats for the twelve servers that are neither the provider nor the challenger.
    function test_NeverDrawsTheProviderNorTheChallenger() public {
        JobRequest memory request = juryRequest();
        request.panelSize = uint8(SERVERS - 2);
        request.quorum = uint8(SERVERS / 2);
        (uint256 jobId, address provider) = answered(request, OUTPUT);
        address challenger = provider == server(0) ? server(1) : server(0);
        fundChallenger(challenger, BOND);
        vm.prank(challenger);
        optimisticPolicy.challengeAnswer(jobId);
        vm.assertTrue(selection.isExcluded(jobId, provider));
        vm.assertTrue(selection.isExcluded(jobId, challenger));
        optimisticPolicy.drawPanel(jobId, panelHeader(optimisticPolicy, jobId, 0));
        Seat[] memory seats = optimisticPolicy.seatsOf(jobId);
        for (uint256 i = 0; i < seats.length; ++i) {
            vm.assertTrue(seats[i].provider != provider && seats[i].provider != challenger);
        }
    }

    /// @dev The threat: a fee that only one's own servers ask for keeps the others off the jury.
    function test_DrawsJurorsWhateverTheyAsk() public {
        for (uint256 i = 0; i < SERVERS; ++i) {
            vm.roll(block.number + 64);
            serve(server(i), giant, ETHER, i == 0 ? ASK : type(uint96).max - 1);
        }
        (uint256 jobId, address provider) = challenged(juryRequest(), OUTPUT);
        vm.assertEq(provider, server(0));
        vm.assertEq(draw(optimisticPolicy, jobId).length, PANEL_SIZE);
    }

    function test_UpholdsTheAnswerThatTheJuryConfirms() public {
        (uint256 jobId, address provider, Seat[] memory seats) = _judged(OUTPUT);
        _voteAllButTheLast(jobId);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.ChallengeResolved(jobId, provider, CHALLENGER);
        reveal(optimisticPolicy, jobId, seats[4].provider, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        assertClaim(jobId, ClaimStatus.Resolved);
        vm.assertEq(market.claimableOf(provider, ETHER), earned(ASK));
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE - ASK);
        assertStake(provider, STAKE);
        assertLocked(provider, 0);
        assertProceeds(provider, BOND / 2);
        assertProceeds(CHALLENGER, 0);
        _assertJurors(seats, provider, BOND / 2 / 3);
        assertProceeds(TREASURY, BOND / 2 - 3 * (BOND / 2 / 3));
    }

    function test_OverturnsTheAnswerThatTheJuryRefutes() public {
        (uint256 jobId, address provider, Seat[] memory seats) = _judged(WRONG);
        _voteAllButTheLast(jobId);
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.ChallengeResolved(jobId, CHALLENGER, provider);
        reveal(optimisticPolicy, jobId, seats[4].provider, one(OUTPUT));
        assertEnded(jobId, JobStatus.Refunded, EndReason.ChallengeLost);
        assertClaim(jobId, ClaimStatus.Resolved);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        vm.assertEq(market.claimableOf(provider, ETHER), 0);
        assertStake(provider, STAKE - BOND);
        assertLocked(provider, 0);
        assertProceeds(CHALLENGER, BOND + BOND / 4);
        assertProceeds(provider, 0);
        _assertJurors(seats, CHALLENGER, BOND / 4 / 3);
        assertProceeds(TREASURY, BOND - BOND / 4 - 3 * (BOND / 4 / 3));
    }

    function test_SharesTheLastUnitOfTheBond() public {
        (, , Seat[] memory seats) = _voted(OUTPUT, five(OUTPUT, OUTPUT, OUTPUT, WRONG, WRONG));
        uint256 each = BOND / 2 / 3;
        for (uint256 i = 0; i < 3; ++i) assertProceeds(seats[i].provider, each);
        assertProceeds(TREASURY, BOND / 2 - 3 * each);
        assertBondsHeld(BOND);
        for (uint256 i = 0; i < 3; ++i) collect(seats[i].provider);
        collect(TREASURY);
        collect(optimisticPolicy.claimOf(1).provider);
        assertBondsHeld(0);
    }

    function test_DrawsASecondJuryOfOthersWhenTheFirstIsDivided() public {
        (uint256 jobId, address provider, Seat[] memory first) = _voted(OUTPUT, five(OUTPUT, OUTPUT, WRONG, WRONG, 0));
        assertStake(first[4].provider, STAKE - BOND);
        vm.assertEq(staking.slashProceedsOf(TREASURY), BOND);
        assertClaim(jobId, ClaimStatus.Judging);
        assertLocked(provider, 1);

        Seat[] memory second = draw(optimisticPolicy, jobId);
        for (uint256 i = 0; i < 5; ++i) {
            assertLocked(first[i].provider, 0);
            for (uint256 j = 0; j < 5; ++j) vm.assertTrue(first[i].provider != second[j].provider);
        }
        vote(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        assertProceeds(first[0].provider, 0);
        assertProceeds(second[0].provider, BOND / 2 / 5);
    }

    function test_RefundsAndGivesBothBondsBackWhenTheSecondJuryIsDividedToo() public {
        (uint256 jobId, address provider, ) = _voted(OUTPUT, five(OUTPUT, OUTPUT, WRONG, WRONG, 3));
        draw(optimisticPolicy, jobId);
        commitAll(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3));
        revealAll(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3));
        vm.expectEmit(address(optimisticPolicy));
        emit IOptimisticPolicy.ChallengeResolved(jobId, address(0), address(0));
        optimisticPolicy.closePanel(jobId, none());
        _assertUndecided(jobId, provider, EndReason.NoMajority);
    }

    function test_RefundsAndGivesBothBondsBackWhenNoJuryIsFound() public {
        (uint256 jobId, address provider) = challenged(juryRequest(), OUTPUT);
        uint256 drawBefore = optimisticPolicy.panelOf(jobId).drawBefore;
        vm.warp(drawBefore);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelDrawStillOpen.selector, jobId, drawBefore));
        optimisticPolicy.expirePanelDraw(jobId);
        vm.warp(drawBefore + 1);
        vm.prank(STRANGER);
        optimisticPolicy.expirePanelDraw(jobId);
        _assertUndecided(jobId, provider, EndReason.NoMajority);
    }

    function test_RefundsAndGivesBothBondsBackWhenTheInputCannotBeHad() public {
        JobRequest memory request = juryRequest();
        request.inputCid = CID;
        (uint256 jobId, address provider) = challenged(request, OUTPUT);
        Seat[] memory seats = draw(optimisticPolicy, jobId);
        for (uint256 i = 0; i < 5; ++i) commit(optimisticPolicy, jobId, seats[i].provider, none());
        for (uint256 i = 0; i < 5; ++i) reveal(optimisticPolicy, jobId, seats[i].provider, none());
        _assertUndecided(jobId, provider, EndReason.ContentUnavailable);
        for (uint256 i = 0; i < 5; ++i) assertStake(seats[i].provider, STAKE);
    }

    function _judged(uint256 word) private returns (uint256 jobId, address provider, Seat[] memory seats) {
        (jobId, provider) = challenged(juryRequest(), word);
        seats = draw(optimisticPolicy, jobId);
    }

    function _voted(
        uint256 word,
        uint256[] memory answers
    ) private returns (uint256 jobId, address provider, Seat[] memory seats) {
        (jobId, provider, seats) = _judged(word);
        bool decided = answers[0] == answers[1] && answers[1] == answers[2];
        vote(optimisticPolicy, jobId, answers, decided ? one(answers[0]) : none());
    }

    /// @dev Seats 0, 1 and 4 agree, 2 dissents, 3 is silent.
    function _voteAllButTheLast(uint256 jobId) private {
        commitAll(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 0, OUTPUT));
        vm.warp(optimisticPolicy.panelOf(jobId).commitBefore + 1);
        revealAll(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 0, 0));
    }

    /// @dev Of a vote in which seats 0, 1 and 4 agreed, 2 dissented and 3 was silent.
    function _assertJurors(Seat[] memory seats, address winner, uint256 each) private view {
        for (uint256 i = 0; i < 5; ++i) {
            bool loser = i == 2 || i == 3;
            assertLocked(seats[i].provider, 0);
            assertStake(seats[i].provider, loser ? STAKE - BOND : STAKE);
            assertProceeds(seats[i].provider, loser ? 0 : each);
        }
        vm.assertEq(staking.slashProceedsOf(winner), BOND);
    }

    function _assertUndecided(uint256 jobId, address provider, EndReason reason) private view {
        assertEnded(jobId, JobStatus.Refunded, reason);
        assertClaim(jobId, ClaimStatus.Resolved);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        assertStake(provider, STAKE);
        assertLocked(provider, 0);
        assertProceeds(CHALLENGER, BOND);
        assertProceeds(provider, 0);
        assertBondsHeld(BOND);
    }

    function _expectPanel(uint256 jobId, PanelStatus status, PanelStatus expected) private {
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelNotInStatus.selector, jobId, status, expected));
    }

    function _expectClaim(uint256 jobId, ClaimStatus status, ClaimStatus expected) private {
        vm.expectRevert(abi.encodeWithSelector(IOptimisticPolicy.ClaimNotInStatus.selector, jobId, status, expected));
    }
}
