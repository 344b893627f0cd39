// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Panel, PanelStatus} from "../../../contracts/interfaces/IPanelVoting.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeFixture} from "../disputes/DisputeFixture.sol";

/// @notice What requesters and providers can do to a draw once its seed is known. These work, each within the limit that
/// docs/threat-model.md states: what is shown is the limit.
contract DrawAttacksTest is DisputeFixture {
    function setUp() public override {
        super.setUp();
        serve(RIVAL, ETHER, FEE);
    }

    /// @dev So a consumer contract must not let outsiders request, cancel and choose.
    function test_ARequesterThatCancelsOnceTheSeedIsKnownIsDrawnForAnew() public {
        address wanted = RIVAL;
        address drawn = address(0);
        uint256 tries = 0;
        for (; drawn != wanted; ++tries) {
            vm.assertTrue(tries < 32, "never drawn");
            uint256 jobId = requestEther();
            (drawn, ) = market.previewAssignment(jobId, headerFor(jobId, tries));
            if (drawn == wanted) continue;
            vm.prank(REQUESTER);
            market.cancelJob(jobId);
        }
        // All but the last fee came back, and no provider had locked a bond for nothing.
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), (tries - 1) * FEE);
        assertLocked(PROVIDER, 0);
        assertMarketSolvent(ETHER);
    }

    function test_WhoDodgesItsDrawIsReplacedAtOnce() public {
        uint256 jobId = requestEther();
        bytes memory header = headerFor(jobId, 7);
        (address drawn, ) = market.previewAssignment(jobId, header);
        vm.prank(drawn);
        staking.setCapacity(0);

        market.assignJob(jobId, header);
        address replacement = market.jobOf(jobId).provider;
        vm.assertEq(replacement, drawn == PROVIDER ? RIVAL : PROVIDER);
        assertLocked(replacement, 1);
        assertLocked(drawn, 0);
        assertStake(drawn, STAKE);
    }

    /// @dev Four honest servers, five seats: the other ten leave a draw that they dislike, and it is made again. Time ends
    /// it, and the fee goes back.
    function test_WhereTheHonestDoNotFillAPanelTheOthersRollAgain() public {
        uint256 jobId = requestQuorum();
        bytes memory disliked = panelHeader(quorumPolicy, jobId, 0);
        Panel memory first = quorumPolicy.panelOf(jobId);
        _othersTake(0);
        quorumPolicy.drawPanel(jobId, disliked);
        _othersTake(CAPACITY);

        Panel memory second = quorumPolicy.panelOf(jobId);
        assertPanel(quorumPolicy, jobId, PanelStatus.Drawing);
        vm.assertTrue(second.drawBlock > first.drawBlock);
        vm.assertEq(second.drawBefore, first.drawBefore);
        for (uint256 i = 0; i < SERVERS; ++i) assertLocked(server(i), 0);
        draw(quorumPolicy, jobId);
    }

    /// @dev Five honest servers fill the panel whether the others take part or not: there is no second roll.
    function test_WhereTheHonestFillAPanelNobodyRollsAgain() public {
        uint256 jobId = requestQuorum();
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        _othersTake(0);
        vm.prank(server(4));
        staking.setCapacity(CAPACITY);
        for (uint256 rolls = 0; rolls < 4; ++rolls) {
            if (quorumPolicy.panelOf(jobId).status == PanelStatus.Voting) break;
            quorumPolicy.drawPanel(jobId, header);
            if (quorumPolicy.panelOf(jobId).status != PanelStatus.Voting) {
                header = panelHeader(quorumPolicy, jobId, rolls + 1);
            }
        }
        assertPanel(quorumPolicy, jobId, PanelStatus.Voting);
        for (uint256 i = 0; i < 5; ++i) assertLocked(server(i), 1);
    }

    function _othersTake(uint256 capacity) private {
        for (uint256 i = 4; i < SERVERS; ++i) {
            vm.prank(server(i));
            staking.setCapacity(capacity);
        }
    }
}
