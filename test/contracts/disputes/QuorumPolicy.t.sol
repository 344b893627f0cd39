// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IPanelVoting, Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {EndReason, JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "./DisputeFixture.sol";

/// @notice What a vote costs and pays under the quorum policy, to the unit.
contract QuorumPolicyTest is DisputeFixture {
    function test_PaysEachOfTheMajorityItsAskAndReturnsTheRest() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        for (uint256 i = 0; i < seats.length; ++i) {
            vm.assertEq(market.claimableOf(seats[i].provider, ETHER), earned(ASK));
            assertLocked(seats[i].provider, 0);
            assertStake(seats[i].provider, STAKE);
        }
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE - 5 * ASK);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), 5 * ((ASK * ROYALTY_BPS) / 10_000));
        vm.assertEq(market.claimableOf(TREASURY, ETHER), 5 * ((ASK * PROTOCOL_FEE_BPS) / 10_000));
    }

    function test_SettlesAtExactlyTheQuorumAndSlashesDissentersAndSilent() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, WRONG, OUTPUT, 0, OUTPUT), one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE - 3 * ASK);
        for (uint256 i = 0; i < seats.length; ++i) {
            bool loser = i == 1 || i == 3;
            vm.assertEq(market.claimableOf(seats[i].provider, ETHER), loser ? 0 : earned(ASK));
            assertStake(seats[i].provider, loser ? STAKE - BOND : STAKE);
            assertLocked(seats[i].provider, 0);
        }
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND);
        vm.assertEq(staking.slashProceedsOf(TREASURY), BOND);
    }

    function test_CountsACommitmentThatWasNotRevealedAsSilence() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, 0, OUTPUT));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        quorumPolicy.closePanel(jobId, one(OUTPUT));
        assertStake(seats[3].provider, STAKE - BOND);
        vm.assertEq(market.claimableOf(seats[3].provider, ETHER), 0);
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    function test_NeverSettlesOneVoteShortOfTheQuorum() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 3, 0), none());
        vm.assertEq(uint256(market.jobOf(jobId).status), uint256(JobStatus.Assigned));
        for (uint256 i = 0; i < seats.length; ++i) {
            vm.assertEq(market.claimableOf(seats[i].provider, ETHER), 0);
            assertStake(seats[i].provider, i == 4 ? STAKE - BOND : STAKE);
            assertLocked(seats[i].provider, 0);
            vm.assertTrue(selection.isExcluded(jobId, seats[i].provider));
        }
        Panel memory panel = quorumPolicy.panelOf(jobId);
        vm.assertEq(uint256(panel.status), uint256(PanelStatus.Drawing));
        vm.assertEq(panel.round, 2);
        vm.assertEq(panel.drawBlock, block.number);
        vm.assertEq(panel.drawBefore, block.timestamp + DRAW_SECONDS);
    }

    function test_TellsThatARoundHadNoMajority() public {
        (uint256 jobId, ) = requestAndDraw();
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 3, 4));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 3, 4));
        vm.expectEmit(address(quorumPolicy));
        emit IPanelVoting.PanelClosed(jobId, 1, 0, 2);
        quorumPolicy.closePanel(jobId, none());
    }

    function test_SettlesInTheSecondRoundWithOtherMembers() public {
        (uint256 jobId, Seat[] memory first) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3), none());
        Seat[] memory second = draw(quorumPolicy, jobId);
        for (uint256 i = 0; i < first.length; ++i) {
            for (uint256 j = 0; j < second.length; ++j) vm.assertTrue(first[i].provider != second[j].provider);
        }
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG), one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        for (uint256 i = 0; i < first.length; ++i) {
            vm.assertEq(market.claimableOf(first[i].provider, ETHER), 0);
            assertStake(first[i].provider, STAKE);
            assertStake(second[i].provider, i == 4 ? STAKE - BOND : STAKE);
            vm.assertEq(market.claimableOf(second[i].provider, ETHER), i == 4 ? 0 : earned(ASK));
        }
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE - 4 * ASK);
    }

    function test_RefundsInFullWhenTheSecondRoundIsUndecidedToo() public {
        (uint256 jobId, ) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3), none());
        draw(quorumPolicy, jobId);
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3), none());
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoMajority);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        assertPanel(quorumPolicy, jobId, PanelStatus.Closed);
        for (uint256 i = 0; i < SERVERS; ++i) {
            assertLocked(server(i), 0);
            assertStake(server(i), STAKE);
        }
    }

    function test_RefundsWhenASecondPanelCannotBeFound() public {
        (uint256 jobId, ) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, WRONG, 3), none());
        _expireDraw(jobId);
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoMajority);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
    }

    function test_SaysNoProviderWhenNobodyEverVoted() public {
        (uint256 jobId, ) = requestAndDraw();
        vote(quorumPolicy, jobId, five(0, 0, 0, 0, 0), none());
        _expireDraw(jobId);
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoProvider);
    }

    function test_SlashesTheSilentOfAnUndecidedVoteWhereMostMembersAnswered() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, WRONG, 0, 0), none());
        for (uint256 i = 0; i < 5; ++i) assertStake(seats[i].provider, i < 3 ? STAKE : STAKE - BOND);
        vm.assertEq(staking.slashProceedsOf(TREASURY), 2 * BOND);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), 0);
    }

    function test_SparesTheSilentWhereMostMembersWereSilent() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, 0));
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, 0, 0, 0));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        quorumPolicy.closePanel(jobId, none());
        for (uint256 i = 0; i < 5; ++i) {
            assertStake(seats[i].provider, STAKE);
            assertLocked(seats[i].provider, 0);
        }
    }

    /// @dev Otherwise a requester could withhold the input from some, and keep half of their bonds.
    function test_GivesTheTreasuryAllBondsWhereTheInputLiesOffTheChain() public {
        uint256 jobId = _requestOffChain();
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, WRONG, 0), one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), 0);
        vm.assertEq(staking.slashProceedsOf(TREASURY), 2 * BOND);
    }

    function test_RefundsWithoutLossWhereAQuorumCannotHaveTheInput() public {
        uint256 jobId = _requestOffChain();
        Seat[] memory seats = quorumPolicy.seatsOf(jobId);
        for (uint256 i = 0; i < 4; ++i) commit(quorumPolicy, jobId, seats[i].provider, i == 3 ? one(OUTPUT) : none());
        vm.warp(quorumPolicy.panelOf(jobId).commitBefore + 1);
        reveal(quorumPolicy, jobId, seats[3].provider, one(OUTPUT));
        for (uint256 i = 0; i < 3; ++i) reveal(quorumPolicy, jobId, seats[i].provider, none());
        assertEnded(jobId, JobStatus.Refunded, EndReason.ContentUnavailable);
        for (uint256 i = 0; i < 5; ++i) {
            assertStake(seats[i].provider, i == 4 ? STAKE - BOND : STAKE);
            assertLocked(seats[i].provider, 0);
        }
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
    }

    function test_SlashesWhoSaysThatAnInputCannotBeHadWhereAQuorumHadIt() public {
        uint256 jobId = _requestOffChain();
        Seat[] memory seats = quorumPolicy.seatsOf(jobId);
        for (uint256 i = 0; i < 5; ++i) commit(quorumPolicy, jobId, seats[i].provider, i == 0 ? none() : one(OUTPUT));
        for (uint256 i = 0; i < 5; ++i) reveal(quorumPolicy, jobId, seats[i].provider, i == 0 ? none() : one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        assertStake(seats[0].provider, STAKE - BOND);
        assertStake(seats[1].provider, STAKE);
    }

    /// @dev Whatever members do: the escrow is shared out or refunded whole, bonds are unlocked, each slash is accounted.
    function testFuzz_AccountsForEveryUnit(uint8[5] calldata behaviours) public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        uint256[] memory answers = new uint256[](5);
        uint256[5] memory counts;
        for (uint256 i = 0; i < 5; ++i) ++counts[answers[i] = behaviours[i] % 4];
        uint256 winner = 0;
        for (uint256 word = 1; word < 4; ++word) if (counts[word] >= QUORUM) winner = word;
        vote(quorumPolicy, jobId, answers, winner == 0 ? none() : one(winner));

        uint256 slashed = 0;
        for (uint256 i = 0; i < 5; ++i) {
            bool loses = winner == 0 ? answers[i] == 0 && counts[0] < 3 : answers[i] != winner;
            bool paid = winner != 0 && !loses;
            assertStake(seats[i].provider, loses ? STAKE - BOND : STAKE);
            assertLocked(seats[i].provider, 0);
            vm.assertEq(market.claimableOf(seats[i].provider, ETHER), paid ? earned(ASK) : 0);
            if (loses) slashed += BOND;
        }
        vm.assertEq(staking.slashProceedsOf(REQUESTER) + staking.slashProceedsOf(TREASURY), slashed);
        vm.assertEq(market.openEscrowOf(ETHER), winner == 0 ? FEE : 0);
        assertMarketSolvent(ETHER);
    }

    function _requestOffChain() private returns (uint256 jobId) {
        JobRequest memory request = quorumRequest();
        request.inputCid = CID;
        jobId = requestEther(request);
        draw(quorumPolicy, jobId);
    }

    function _expireDraw(uint256 jobId) private {
        vm.warp(quorumPolicy.panelOf(jobId).drawBefore + 1);
        vm.prank(STRANGER);
        quorumPolicy.expirePanelDraw(jobId);
    }
}
