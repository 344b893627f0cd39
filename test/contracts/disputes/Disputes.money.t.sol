// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {vm} from "../../helpers/Vm.sol";
import {DisputeHandler} from "./DisputeHandler.t.sol";

/// @notice Whatever the order of operations under both policies: bonds and escrows are accounted for, each job ends at most
/// once, and a stranger can end each.
contract DisputesMoneyTest {
    DisputeHandler private handler;

    function setUp() public {
        handler = new DisputeHandler();
        handler.setUp();
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), _operations());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_BondsAndEscrowsAreAccountedFor() external view {
        handler.assertPoliciesHoldWhatTheyOwe();
        handler.assertBondsAreThoseOfRunningJobs();
        handler.assertJobsEndOnce();
    }

    /// @dev From any state that sixty random operations reach.
    function testFuzz_AStrangerEndsEveryJobAndNothingIsLeft(uint256 seed) external {
        bytes4[] memory operations = _operations();
        for (uint256 i = 0; i < 60; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes4 operation = operations[i < 6 ? seed % 2 : seed % operations.length];
            (bool success, ) = address(handler).call(
                abi.encodePacked(operation, uint256(keccak256(abi.encode(seed, 1))), seed >> 32, seed >> 64)
            );
            success;
        }
        handler.endEverything();
        this.invariant_BondsAndEscrowsAreAccountedFor();
        handler.collectEverything();
        handler.assertPoliciesHoldWhatTheyOwe();
    }

    /// @dev Guards the guard: the handler's operations work, so that the invariants are about something.
    function test_TheHandlerReachesEveryEnd() external {
        handler.requestVote(2, 0, 0);
        handler.drawAny(0, 1);
        handler.commitWholePanel(0, 0x0000050607);
        handler.revealWholePanel(0);
        handler.closeAny(0);
        handler.drawAny(0, 2);
        handler.commitWholePanel(0, 0);
        handler.revealWholePanel(0);
        handler.requestVote(2, 0, 0);
        handler.expireDrawAny(1);
        handler.requestVote(2, 0, 1);
        handler.refundAny(1);

        _answered(true, true);
        handler.finalizeAny(0);
        _answered(true, true);
        handler.challengeAny(0, 1);
        handler.defendAny(0);
        _answered(true, false);
        handler.challengeAny(0, 0);
        handler.expireDefenceAny(0);
        _answered(false, false);
        handler.challengeAny(0, 0);
        handler.drawAny(0, 3);
        handler.commitWholePanel(0, 0);
        handler.revealWholePanel(0);
        handler.requestAnswer(0, 0, 0);
        handler.assignAny(0, 7);
        handler.expireAssignmentAny(0);
        handler.answerOpenAny(0, 0);
        handler.collectAny(0);
        handler.pass(3);
        handler.endEverything();
        this.invariant_BondsAndEscrowsAreAccountedFor();

        bytes32[20] memory operations = [
            bytes32("request vote"),
            "request answer",
            "assign",
            "expire assignment",
            "refund",
            "draw",
            "redraw",
            "expire draw",
            "commit",
            "reveal",
            "close",
            "answer",
            "answer in the open",
            "challenge",
            "defend",
            "expire defence",
            "finalize",
            "collect",
            "pass",
            "pass"
        ];
        for (uint256 i = 0; i < operations.length; ++i) {
            vm.assertTrue(handler.done(operations[i]) > 0, string(abi.encodePacked(operations[i])));
        }
    }

    function _answered(bool provable, bool right) private {
        handler.requestAnswer(provable ? 0 : 1, 4, 0);
        handler.assignAny(0, 5);
        handler.answerAny(0, right ? 0 : 1);
    }

    function _operations() private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](20);
        selectors[0] = DisputeHandler.requestVote.selector;
        selectors[1] = DisputeHandler.requestAnswer.selector;
        selectors[2] = DisputeHandler.assignAny.selector;
        selectors[3] = DisputeHandler.expireAssignmentAny.selector;
        selectors[4] = DisputeHandler.refundAny.selector;
        selectors[5] = DisputeHandler.drawAny.selector;
        selectors[6] = DisputeHandler.expireDrawAny.selector;
        selectors[7] = DisputeHandler.commitAny.selector;
        selectors[8] = DisputeHandler.commitWholePanel.selector;
        selectors[9] = DisputeHandler.revealAny.selector;
        selectors[10] = DisputeHandler.revealWholePanel.selector;
        selectors[11] = DisputeHandler.closeAny.selector;
        selectors[12] = DisputeHandler.answerAny.selector;
        selectors[13] = DisputeHandler.answerOpenAny.selector;
        selectors[14] = DisputeHandler.challengeAny.selector;
        selectors[15] = DisputeHandler.defendAny.selector;
        selectors[16] = DisputeHandler.expireDefenceAny.selector;
        selectors[17] = DisputeHandler.finalizeAny.selector;
        selectors[18] = DisputeHandler.collectAny.selector;
        selectors[19] = DisputeHandler.pass.selector;
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
