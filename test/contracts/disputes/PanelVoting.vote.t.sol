// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPanelVoting, Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {EndReason, JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "./DisputeFixture.sol";

contract PanelVotingVoteTest is DisputeFixture {
    uint256 private jobId;
    Seat[] private seats;

    function setUp() public override {
        super.setUp();
        Seat[] memory drawn;
        (jobId, drawn) = requestAndDraw();
        for (uint256 i = 0; i < drawn.length; ++i) seats.push(drawn[i]);
    }

    // Commit

    function test_RefusesACommitmentBeforeThePanelIsDrawn() public {
        uint256 undrawn = requestQuorum();
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelVoting.PanelNotInStatus.selector,
                undrawn,
                PanelStatus.Drawing,
                PanelStatus.Voting
            )
        );
        vm.prank(seats[0].provider);
        quorumPolicy.commitAnswer(undrawn, keccak256("x"));
    }

    function test_RefusesTheZeroCommitment() public {
        vm.expectRevert(IPanelVoting.CommitmentZero.selector);
        vm.prank(seats[0].provider);
        quorumPolicy.commitAnswer(jobId, 0);
    }

    function test_RefusesACommitmentOfOutsiders() public {
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.NotOnPanel.selector, jobId, STRANGER));
        vm.prank(STRANGER);
        quorumPolicy.commitAnswer(jobId, keccak256("x"));
    }

    function test_RefusesALateCommitment() public {
        uint256 commitBefore = quorumPolicy.panelOf(jobId).commitBefore;
        vm.warp(commitBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.CommitClosed.selector, jobId, commitBefore));
        vm.prank(seats[0].provider);
        quorumPolicy.commitAnswer(jobId, keccak256("x"));
    }

    function test_RefusesAChangeOfMind() public {
        commit(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AlreadyCommitted.selector, jobId, seats[0].provider));
        vm.prank(seats[0].provider);
        quorumPolicy.commitAnswer(jobId, keccak256("other"));
    }

    function test_TakesACommitmentInTheLastSecond() public {
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore);
        commit(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        vm.assertEq(quorumPolicy.panelOf(jobId).committed, 1);
        bytes32 expected = commitmentFor(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        vm.assertEq(quorumPolicy.commitmentBy(jobId, seats[0].provider), expected);
    }

    // Reveal

    function test_RefusesARevealWhileOthersCanStillCommit() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, 0));
        uint256 commitBefore = quorumPolicy.panelOf(jobId).commitBefore;
        vm.warp(commitBefore);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.RevealNotOpen.selector, jobId, commitBefore));
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
    }

    function test_RefusesALateReveal() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        uint256 revealBefore = quorumPolicy.panelOf(jobId).revealBefore;
        vm.warp(revealBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.RevealClosed.selector, jobId, revealBefore));
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
    }

    function test_RefusesARevealOfOutsiders() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.NotOnPanel.selector, jobId, STRANGER));
        reveal(quorumPolicy, jobId, STRANGER, one(OUTPUT));
    }

    function test_RefusesAnotherAnswerThanWasCommitted() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        address member = seats[0].provider;
        _expectMismatch(member, commitmentFor(quorumPolicy, jobId, member, one(WRONG)));
        reveal(quorumPolicy, jobId, member, one(WRONG));
    }

    function test_RefusesAnotherSalt() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        address member = seats[0].provider;
        _expectMismatch(member, quorumPolicy.commitmentOf(jobId, 1, member, one(OUTPUT), "pepper"));
        vm.prank(member);
        quorumPolicy.revealAnswer(jobId, one(OUTPUT), "pepper");
    }

    function test_RefusesARevealWithoutACommitment() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, 0));
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);
        address silent = seats[4].provider;
        _expectMismatch(silent, commitmentFor(quorumPolicy, jobId, silent, one(OUTPUT)));
        reveal(quorumPolicy, jobId, silent, one(OUTPUT));
    }

    function test_RefusesASecondReveal() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AlreadyRevealed.selector, jobId, seats[0].provider));
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
    }

    /// @dev Members who commit to what is no answer of the version are as silent.
    function test_RefusesAnAnswerThatIsNone() public {
        uint256[] memory two = new uint256[](2);
        commit(quorumPolicy, jobId, seats[0].provider, two);
        commit(quorumPolicy, jobId, seats[1].provider, one(Bn254.SCALAR_ORDER));
        commit(quorumPolicy, jobId, seats[2].provider, none());
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);

        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AnswerInvalid.selector, jobId, 2, 1));
        reveal(quorumPolicy, jobId, seats[0].provider, two);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AnswerWordTooLarge.selector, jobId, 0, Bn254.SCALAR_ORDER));
        reveal(quorumPolicy, jobId, seats[1].provider, one(Bn254.SCALAR_ORDER));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.AnswerInvalid.selector, jobId, 0, 1));
        reveal(quorumPolicy, jobId, seats[2].provider, none());
    }

    function test_TakesTheLargestWordThereIs() public {
        uint256 largest = Bn254.SCALAR_ORDER - 1;
        vote(quorumPolicy, jobId, five(largest, largest, largest, largest, largest), one(largest));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    function test_OpensTheRevealAsSoonAsAllHaveCommitted() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        vm.assertEq(quorumPolicy.revealedBy(jobId, seats[0].provider), keccak256(abi.encodePacked(OUTPUT)));
        vm.assertEq(quorumPolicy.panelOf(jobId).revealed, 1);
    }

    function test_OpensTheRevealWhenTheCommitIsOver() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, 0, 0, OUTPUT, 0));
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);
        reveal(quorumPolicy, jobId, seats[3].provider, one(OUTPUT));
        vm.assertEq(quorumPolicy.panelOf(jobId).revealed, 1);
    }

    function test_TellsWhichAnswerLeads() public {
        commitAll(quorumPolicy, jobId, five(WRONG, OUTPUT, OUTPUT, OUTPUT, WRONG));
        (bytes32 leader, uint256 votes) = quorumPolicy.leadingAnswerOf(jobId);
        vm.assertEq(leader, 0);
        vm.assertEq(votes, 0);
        for (uint256 i = 0; i < 3; ++i) {
            reveal(quorumPolicy, jobId, seats[i].provider, one(i == 0 ? WRONG : OUTPUT));
        }
        (leader, votes) = quorumPolicy.leadingAnswerOf(jobId);
        vm.assertEq(leader, 0);
        vm.assertEq(votes, 2);
        reveal(quorumPolicy, jobId, seats[3].provider, one(OUTPUT));
        (leader, votes) = quorumPolicy.leadingAnswerOf(jobId);
        vm.assertEq(leader, keccak256(abi.encodePacked(OUTPUT)));
        vm.assertEq(votes, 3);
    }

    // Close

    function test_RefusesToCloseWhileAMemberCanReveal() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        for (uint256 i = 0; i < 4; ++i) reveal(quorumPolicy, jobId, seats[i].provider, one(OUTPUT));
        uint256 revealBefore = quorumPolicy.panelOf(jobId).revealBefore;
        vm.warp(revealBefore);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelStillVoting.selector, jobId, revealBefore));
        quorumPolicy.closePanel(jobId, one(OUTPUT));
    }

    function test_RefusesToCloseWhileAMemberCanCommit() public {
        uint256 revealBefore = quorumPolicy.panelOf(jobId).revealBefore;
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelStillVoting.selector, jobId, revealBefore));
        quorumPolicy.closePanel(jobId, none());
    }

    function test_RefusesToCloseWithAnotherAnswerThanWon() public {
        commitAll(quorumPolicy, jobId, five(WRONG, OUTPUT, OUTPUT, OUTPUT, WRONG));
        revealAll(quorumPolicy, jobId, five(0, OUTPUT, OUTPUT, OUTPUT, WRONG));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        _expectWinner(keccak256(abi.encodePacked(WRONG)), keccak256(abi.encodePacked(OUTPUT)));
        quorumPolicy.closePanel(jobId, one(WRONG));
        _expectWinner(keccak256(""), keccak256(abi.encodePacked(OUTPUT)));
        quorumPolicy.closePanel(jobId, none());
    }

    function test_RefusesToCloseWithAnAnswerWhereNoneWon() public {
        commitAll(quorumPolicy, jobId, five(1, 2, OUTPUT, OUTPUT, 3));
        revealAll(quorumPolicy, jobId, five(1, 2, OUTPUT, OUTPUT, 3));
        _expectWinner(keccak256(abi.encodePacked(OUTPUT)), keccak256(""));
        quorumPolicy.closePanel(jobId, one(OUTPUT));
    }

    function test_RefusesToCloseTwice() public {
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelVoting.PanelNotInStatus.selector,
                jobId,
                PanelStatus.Closed,
                PanelStatus.Voting
            )
        );
        quorumPolicy.closePanel(jobId, one(OUTPUT));
    }

    function test_RefusesARevealAfterTheClose() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, 0));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        quorumPolicy.closePanel(jobId, one(OUTPUT));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelVoting.PanelNotInStatus.selector,
                jobId,
                PanelStatus.Closed,
                PanelStatus.Voting
            )
        );
        reveal(quorumPolicy, jobId, seats[4].provider, one(OUTPUT));
    }

    function test_ClosesWithTheLastRevealIfItsAnswerWon() public {
        commitAll(quorumPolicy, jobId, five(WRONG, OUTPUT, OUTPUT, WRONG, OUTPUT));
        for (uint256 i = 0; i < 4; ++i) {
            reveal(quorumPolicy, jobId, seats[i].provider, one(i % 3 == 0 ? WRONG : OUTPUT));
        }
        vm.expectEmit(address(quorumPolicy));
        emit IPanelVoting.PanelClosed(jobId, 1, keccak256(abi.encodePacked(OUTPUT)), 3);
        reveal(quorumPolicy, jobId, seats[4].provider, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    function test_LeavesTheCloseToOthersIfTheLastRevealLost() public {
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG));
        assertPanel(quorumPolicy, jobId, PanelStatus.Voting);
        vm.prank(STRANGER);
        quorumPolicy.closePanel(jobId, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    function test_ClosesAtOnceWhenNobodyCommitted() public {
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);
        quorumPolicy.closePanel(jobId, none());
        Panel memory panel = quorumPolicy.panelOf(jobId);
        vm.assertEq(uint256(panel.status), uint256(PanelStatus.Drawing));
        vm.assertEq(panel.round, 2);
    }

    function _expectMismatch(address member, bytes32 given) private {
        bytes32 expected = quorumPolicy.commitmentBy(jobId, member);
        vm.expectRevert(
            abi.encodeWithSelector(IPanelVoting.CommitmentMismatch.selector, jobId, member, given, expected)
        );
    }

    function _expectWinner(bytes32 given, bytes32 expected) private {
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.WinningAnswerMismatch.selector, jobId, given, expected));
    }
}
