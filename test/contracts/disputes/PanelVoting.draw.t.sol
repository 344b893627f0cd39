// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IPanelVoting, Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {IQuorumPolicy} from "../../../contracts/interfaces/IQuorumPolicy.sol";
import {EndReason, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "./DisputeFixture.sol";

contract PanelVotingDrawTest is DisputeFixture {
    function test_RefusesAJobOfAnotherPolicy() public {
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IQuorumPolicy.NotQuorumJob.selector, jobId));
        quorumPolicy.drawPanel(jobId, "");
    }

    function test_RefusesAJobThatWasNeverRequested() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobUnknown.selector, 77));
        quorumPolicy.drawPanel(77, "");
    }

    function test_RefusesADrawBeforeItsRandomnessIsKnown() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        uint256 seedBlock = block.number - 1;
        vm.roll(seedBlock);
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.DrawTooEarly.selector, seedBlock));
        quorumPolicy.drawPanel(jobId, header);
    }

    function test_RefusesAnotherBlocksHeader() public {
        uint256 jobId = requestQuorum();
        panelHeader(quorumPolicy, jobId, 0);
        uint256 seedBlock = block.number - 1;
        bytes memory forged = BlockHeader.encode(seedBlock, uint256(keccak256("favourable")));
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, seedBlock));
        quorumPolicy.drawPanel(jobId, forged);
    }

    function test_RefusesADrawAfterItsTime() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        uint256 drawBefore = market.jobOf(jobId).deadline;
        vm.warp(drawBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelDrawClosed.selector, jobId, drawBefore));
        quorumPolicy.drawPanel(jobId, header);
    }

    function test_RefusesASecondPanelWhileTheFirstVotes() public {
        (uint256 jobId, ) = requestAndDraw();
        _expectNotDrawing(jobId, PanelStatus.Voting);
        quorumPolicy.drawPanel(jobId, "");
    }

    function test_RefusesAPanelForACancelledJob() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        _expectNotDrawing(jobId, PanelStatus.Closed);
        quorumPolicy.drawPanel(jobId, header);
    }

    function test_RefusesAPanelForACancelledJobWhoseDrawWasRepeated() public {
        uint256 jobId = _requestTooLarge();
        quorumPolicy.drawPanel(jobId, panelHeader(quorumPolicy, jobId, 0));
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        _expectNotDrawing(jobId, PanelStatus.Closed);
        quorumPolicy.drawPanel(jobId, "");
    }

    /// @dev Both times cost a bond to miss: a minimum that either of them is below keeps a server out.
    function test_DrawsNobodyToWhomCommitOrRevealTimeIsTooShort() public {
        for (uint256 i = 0; i < SERVERS - PANEL_SIZE; ++i) _setMinAnswer(server(i), ANSWER_SECONDS + 1);
        (, Seat[] memory seats) = requestAndDraw();
        for (uint256 i = 0; i < PANEL_SIZE; ++i) {
            vm.assertTrue(uint160(seats[i].provider) >= uint160(server(SERVERS - PANEL_SIZE)), "too little time");
        }
        JobRequest memory request = quorumRequest();
        (request.answerSeconds, request.windowSeconds) = (1 days, ANSWER_SECONDS);
        uint256 jobId = requestEther(request);
        _setMinAnswer(server(SERVERS - 1), ANSWER_SECONDS + 1);
        quorumPolicy.drawPanel(jobId, panelHeader(quorumPolicy, jobId, 0));
        assertPanel(quorumPolicy, jobId, PanelStatus.Drawing);
    }

    function test_RefusesAssignmentByTheMarket() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DrawnByPolicy.selector, jobId, Policy.Quorum));
        market.assignJob(jobId, header);
    }

    function test_ShowsTheDrawThatIsToCome() public {
        uint256 jobId = requestQuorum();
        Panel memory panel = quorumPolicy.panelOf(jobId);
        vm.assertEq(uint256(panel.status), uint256(PanelStatus.Drawing));
        vm.assertEq(panel.round, 1);
        vm.assertEq(panel.size, PANEL_SIZE);
        vm.assertEq(panel.quorum, QUORUM);
        vm.assertEq(panel.drawBlock, block.number);
        vm.assertEq(panel.drawBefore, block.timestamp + DRAW_SECONDS);
        vm.assertEq(quorumPolicy.seatsOf(jobId).length, 0);
    }

    function test_DrawsDistinctMembersAndLocksABondOfEach() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        vm.prank(STRANGER);
        quorumPolicy.drawPanel(jobId, header);
        Seat[] memory seats = quorumPolicy.seatsOf(jobId);
        vm.assertEq(seats.length, PANEL_SIZE);
        for (uint256 i = 0; i < seats.length; ++i) {
            vm.assertEq(seats[i].ask, ASK);
            assertLocked(seats[i].provider, 1);
            for (uint256 j = 0; j < i; ++j) vm.assertTrue(seats[i].provider != seats[j].provider);
        }
        Panel memory panel = quorumPolicy.panelOf(jobId);
        vm.assertEq(panel.commitBefore, block.timestamp + ANSWER_SECONDS);
        vm.assertEq(panel.revealBefore, block.timestamp + ANSWER_SECONDS + WINDOW_SECONDS);
    }

    function test_TakesTheJobFromTheMarket() public {
        (uint256 jobId, ) = requestAndDraw();
        vm.assertEq(uint256(market.jobOf(jobId).status), uint256(JobStatus.Assigned));
        expectNotRequested(jobId, JobStatus.Assigned);
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.warp(block.timestamp + 30 days);
        expectNotRequested(jobId, JobStatus.Assigned);
        market.refundJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DrawnByPolicy.selector, jobId, Policy.Quorum));
        market.expireAssignment(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, STRANGER, address(0)));
        vm.prank(STRANGER);
        market.declineJob(jobId, EndReason.ProviderDeclined);
    }

    function test_LeavesOutWhoAsksForMoreThanItsPartOfTheFee() public {
        for (uint256 i = PANEL_SIZE; i < SERVERS; ++i) {
            address dear = address(uint160(0xDEA0 + i));
            stakeFor(dear, STAKE);
            serve(dear, giant, ETHER, FEE / PANEL_SIZE + 1);
        }
        (, Seat[] memory seats) = requestAndDraw();
        for (uint256 i = 0; i < seats.length; ++i) vm.assertEq(seats[i].ask, ASK);
    }

    /// @dev Fifteen seats, fourteen providers.
    function test_LocksNobodyWhenOneProviderIsMissing() public {
        uint256 jobId = _requestTooLarge();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        vm.expectEmit(address(quorumPolicy));
        emit IPanelVoting.PanelDrawRepeated(jobId, 1, block.number);
        quorumPolicy.drawPanel(jobId, header);
        for (uint256 i = 0; i < SERVERS; ++i) assertLocked(server(i), 0);
        assertPanel(quorumPolicy, jobId, PanelStatus.Drawing);
        vm.assertEq(quorumPolicy.panelOf(jobId).drawBlock, block.number);
        vm.assertEq(uint256(market.jobOf(jobId).status), uint256(JobStatus.Requested));
    }

    function test_DrawsAgainAmongThoseWhoCameMeanwhile() public {
        for (uint256 i = 4; i < SERVERS; ++i) _setCapacity(server(i), 0);
        uint256 jobId = requestQuorum();
        quorumPolicy.drawPanel(jobId, panelHeader(quorumPolicy, jobId, 0));
        assertPanel(quorumPolicy, jobId, PanelStatus.Drawing);
        for (uint256 i = 4; i < SERVERS; ++i) _setCapacity(server(i), CAPACITY);
        draw(quorumPolicy, jobId);
        vm.assertEq(uint256(market.jobOf(jobId).status), uint256(JobStatus.Assigned));
    }

    function test_DrawsAgainWhenTheRandomnessIsOutOfReach() public {
        uint256 jobId = requestQuorum();
        vm.roll(block.number + 100_000);
        quorumPolicy.drawPanel(jobId, "");
        vm.assertEq(quorumPolicy.panelOf(jobId).drawBlock, block.number);
        draw(quorumPolicy, jobId);
    }

    function test_RefusesToEndADrawThatStillCan() public {
        uint256 jobId = requestQuorum();
        uint256 drawBefore = market.jobOf(jobId).deadline;
        vm.warp(drawBefore);
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.PanelDrawStillOpen.selector, jobId, drawBefore));
        quorumPolicy.expirePanelDraw(jobId);
    }

    function test_RefundsAJobForWhichNoPanelWasFound() public {
        uint256 jobId = _requestTooLarge();
        quorumPolicy.drawPanel(jobId, panelHeader(quorumPolicy, jobId, 0));
        vm.warp(market.jobOf(jobId).deadline + 1);
        vm.prank(STRANGER);
        quorumPolicy.expirePanelDraw(jobId);
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoProvider);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), market.jobOf(jobId).fee);
        _expectNotDrawing(jobId, PanelStatus.Closed);
        quorumPolicy.expirePanelDraw(jobId);
    }

    function test_RefundsThroughTheMarketAsWell() public {
        uint256 jobId = requestQuorum();
        vm.warp(market.jobOf(jobId).deadline + 1);
        market.refundJob(jobId);
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoProvider);
        _expectNotDrawing(jobId, PanelStatus.Closed);
        quorumPolicy.expirePanelDraw(jobId);
    }

    function _setMinAnswer(address provider, uint256 minAnswerSeconds) private {
        vm.prank(provider);
        selection.setMinAnswerSeconds(giant, 1, minAnswerSeconds);
    }

    function _requestTooLarge() private returns (uint256) {
        JobRequest memory request = quorumRequest();
        request.fee = 15 ether;
        request.panelSize = 15;
        request.quorum = 8;
        return requestEther(request);
    }

    function _setCapacity(address provider, uint256 capacity) private {
        vm.prank(provider);
        staking.setCapacity(capacity);
    }

    function _expectNotDrawing(uint256 jobId, PanelStatus status) private {
        vm.expectRevert(
            abi.encodeWithSelector(IPanelVoting.PanelNotInStatus.selector, jobId, status, PanelStatus.Drawing)
        );
    }
}
