// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PanelVoting} from "../../../contracts/disputes/PanelVoting.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice The protocol with a model that has no circuit, fourteen providers that serve it at the same price, and what it
/// takes to draw a panel of five of them and have it vote.
abstract contract DisputeFixture is ProtocolFixture {
    uint32 internal constant WINDOW_SECONDS = 200;
    uint8 internal constant PANEL_SIZE = 5;
    uint8 internal constant QUORUM = 3;
    uint256 internal constant SERVERS = 14;
    uint256 internal constant ASK = 0.1 ether;
    uint256 internal constant WRONG = 8;
    address internal constant STRANGER = address(0x57A6);

    uint256 internal giant;

    function setUp() public virtual override {
        super.setUp();
        giant = registerModelWithoutCircuit();
        for (uint256 i = 0; i < SERVERS; ++i) {
            stakeFor(server(i), STAKE);
            serve(server(i), giant, ETHER, ASK);
        }
    }

    function server(uint256 index) internal pure returns (address) {
        return address(uint160(0x5E4B0000 + index));
    }

    function quorumRequest() internal view returns (JobRequest memory request) {
        request = etherRequest();
        request.modelId = giant;
        request.policy = Policy.Quorum;
        request.panelSize = PANEL_SIZE;
        request.quorum = QUORUM;
        request.openSeconds = 0;
        request.windowSeconds = WINDOW_SECONDS;
    }

    function requestQuorum() internal returns (uint256 jobId) {
        return requestEther(quorumRequest());
    }

    /// @dev The header that draws the panel as it stands, in the first block in which it can be drawn, or in this one if
    /// that is later.
    function panelHeader(PanelVoting policy, uint256 jobId, uint256 salt) internal returns (bytes memory) {
        return headerAfter(policy.panelOf(jobId).drawBlock, uint256(keccak256(abi.encode("panel", jobId, salt))));
    }

    function headerAfter(uint256 drawBlock, uint256 prevrandao) internal returns (bytes memory header) {
        uint256 seedBlock = drawBlock + selection.SEED_DELAY_BLOCKS();
        header = BlockHeader.encode(seedBlock, prevrandao);
        if (block.number <= seedBlock) vm.roll(seedBlock + 1);
        vm.setBlockhash(seedBlock, keccak256(header));
    }

    function draw(PanelVoting policy, uint256 jobId) internal returns (Seat[] memory seats) {
        policy.drawPanel(jobId, panelHeader(policy, jobId, 0));
        assertPanel(policy, jobId, PanelStatus.Voting);
        return policy.seatsOf(jobId);
    }

    function requestAndDraw() internal returns (uint256 jobId, Seat[] memory seats) {
        jobId = requestQuorum();
        seats = draw(quorumPolicy, jobId);
    }

    function saltOf(address provider) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", provider));
    }

    function commitmentFor(
        PanelVoting policy,
        uint256 jobId,
        address provider,
        uint256[] memory words
    ) internal view returns (bytes32) {
        return policy.commitmentOf(jobId, policy.panelOf(jobId).round, provider, words, saltOf(provider));
    }

    function commit(PanelVoting policy, uint256 jobId, address provider, uint256[] memory words) internal {
        bytes32 commitment = commitmentFor(policy, jobId, provider, words);
        vm.prank(provider);
        policy.commitAnswer(jobId, commitment);
    }

    function reveal(PanelVoting policy, uint256 jobId, address provider, uint256[] memory words) internal {
        vm.prank(provider);
        policy.revealAnswer(jobId, words, saltOf(provider));
    }

    /// @dev Member i commits to answers[i]; a zero stands for a member who does not.
    function commitAll(PanelVoting policy, uint256 jobId, uint256[] memory answers) internal {
        Seat[] memory seats = policy.seatsOf(jobId);
        for (uint256 i = 0; i < answers.length; ++i) {
            if (answers[i] != 0) commit(policy, jobId, seats[i].provider, one(answers[i]));
        }
    }

    function revealAll(PanelVoting policy, uint256 jobId, uint256[] memory answers) internal {
        Seat[] memory seats = policy.seatsOf(jobId);
        for (uint256 i = 0; i < answers.length; ++i) {
            if (answers[i] != 0) reveal(policy, jobId, seats[i].provider, one(answers[i]));
        }
    }

    /// @dev A whole vote, closed with `outcome` if the last reveal did not close it.
    function vote(PanelVoting policy, uint256 jobId, uint256[] memory answers, uint256[] memory outcome) internal {
        commitAll(policy, jobId, answers);
        if (policy.panelOf(jobId).committed < answers.length) vm.warp(policy.panelOf(jobId).commitBefore + 1);
        uint256 round = policy.panelOf(jobId).round;
        revealAll(policy, jobId, answers);
        Panel memory panel = policy.panelOf(jobId);
        if (panel.status == PanelStatus.Voting && panel.round == round) policy.closePanel(jobId, outcome);
    }

    function five(
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 d,
        uint256 e
    ) internal pure returns (uint256[] memory words) {
        words = new uint256[](5);
        (words[0], words[1], words[2], words[3], words[4]) = (a, b, c, d, e);
    }

    function none() internal pure returns (uint256[] memory) {
        return new uint256[](0);
    }

    function expectNotRequested(uint256 jobId, JobStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, status, JobStatus.Requested));
    }

    function assertPanel(PanelVoting policy, uint256 jobId, PanelStatus expected) internal view {
        vm.assertEq(uint256(policy.panelOf(jobId).status), uint256(expected), "panel status");
    }

    function assertEnded(uint256 jobId, JobStatus status, EndReason reason) internal view {
        Job memory job = market.jobOf(jobId);
        vm.assertEq(uint256(job.status), uint256(status), "job status");
        vm.assertEq(uint256(job.reason), uint256(reason), "end reason");
        assertMarketSolvent(ETHER);
    }

    function assertLocked(address provider, uint256 bonds) internal view {
        vm.assertEq(staking.poolOf(provider).locked, bonds * BOND, "locked bonds");
        vm.assertEq(staking.poolOf(provider).activeJobs, bonds, "active jobs");
    }

    function assertStake(address provider, uint256 expected) internal view {
        vm.assertEq(staking.stakeOf(provider), expected, "stake");
    }

    /// @dev What is left of ASK when royalty and protocol share are paid.
    function earned(uint256 ask) internal pure returns (uint256) {
        return ask - (ask * ROYALTY_BPS) / 10_000 - (ask * PROTOCOL_FEE_BPS) / 10_000;
    }
}
