// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PanelVoting} from "../../../contracts/disputes/PanelVoting.sol";
import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {AnswerClaim, ClaimStatus} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {Panel, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {vm} from "../../helpers/Vm.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice What a fuzzer may do to jobs under both policies, in any order. It keeps nothing that the contracts could tell
/// wrong but which jobs it saw end. (The fuzzer calls only contracts of `.t.sol` files.)
contract DisputeHandler is OptimisticFixture {
    uint256 internal constant MAX_JOBS = 16;

    mapping(bytes32 operation => uint256) public done;
    mapping(uint256 jobId => JobStatus) private _endedUnder;
    mapping(bytes32 vote => uint256[] words) private _committed;
    /// @notice Kept and not asserted: a campaign takes an operation that reverts for a refusal.
    bool public anEndWasUndone;

    /// @dev What an operation ended stays ended as it is.
    modifier notesEnds() {
        _;
        for (uint256 jobId = 1; jobId <= market.jobCount(); ++jobId) {
            JobStatus status = market.jobOf(jobId).status;
            if (_endedUnder[jobId] == JobStatus.None) {
                if (_hasEnded(jobId)) _endedUnder[jobId] = status;
            } else if (status != _endedUnder[jobId]) {
                anEndWasUndone = true;
            }
        }
    }

    function setUp() public override {
        super.setUp();
        serve(RIVAL, ETHER, FEE);
        for (uint256 i = 0; i < 3; ++i) fundChallenger(_challenger(i), 1_000 * BOND);
    }

    // Jobs

    function requestVote(uint256 size, uint256 quorum, uint256 place) external notesEnds {
        JobRequest memory request = quorumRequest();
        request.panelSize = uint8(3 + (size % 3));
        request.quorum = uint8(request.panelSize / 2 + 1 + (quorum % (request.panelSize / 2 + 1)));
        request.inputCid = place % 2 == 0 ? bytes("") : CID;
        _request(request, "request vote");
    }

    function requestAnswer(uint256 kind, uint256 size, uint256 place) external notesEnds {
        bool provable = kind % 2 == 0;
        JobRequest memory request = provable ? provableRequest() : juryRequest();
        if (!provable) {
            request.panelSize = uint8(3 + (size % 3));
            request.quorum = uint8(request.panelSize / 2 + 1);
        }
        request.inputCid = place % 2 == 0 ? bytes("") : CID;
        _request(request, "request answer");
    }

    function assignAny(uint256 pick, uint256 randao) external notesEnds {
        uint256 jobId = _pickJob(pick, JobStatus.Requested, Policy.Optimistic);
        if (jobId == 0 || !market.jobOf(jobId).isDrawable()) return;
        market.assignJob(jobId, headerAfter(market.jobOf(jobId).drawBlock, randao));
        if (market.jobOf(jobId).status == JobStatus.Assigned) done["assign"] += 1;
    }

    function expireAssignmentAny(uint256 pick) external notesEnds {
        uint256 jobId = _pickJob(pick, JobStatus.Assigned, Policy.Optimistic);
        if (jobId == 0) return;
        _passTo(market.jobOf(jobId).deadline);
        market.expireAssignment(jobId);
        done["expire assignment"] += 1;
    }

    function refundAny(uint256 pick) external notesEnds {
        uint256 jobId = _pickJob(pick, JobStatus.Requested, pick % 2 == 0 ? Policy.Optimistic : Policy.Quorum);
        if (jobId == 0) return;
        Job memory job = market.jobOf(jobId);
        _passTo(uint256(job.deadline) + job.openSeconds);
        market.refundJob(jobId);
        done["refund"] += 1;
    }

    // Panels

    function drawAny(uint256 pick, uint256 randao) external notesEnds {
        (PanelVoting policy, uint256 jobId, Panel memory panel) = _pickPanel(pick, PanelStatus.Drawing);
        if (jobId == 0 || block.timestamp > panel.drawBefore) return;
        policy.drawPanel(jobId, headerAfter(panel.drawBlock, randao));
        if (policy.panelOf(jobId).status == PanelStatus.Voting)
            done[panel.round == 1 ? bytes32("draw") : bytes32("redraw")] += 1;
    }

    function expireDrawAny(uint256 pick) external notesEnds {
        (PanelVoting policy, uint256 jobId, Panel memory panel) = _pickPanel(pick, PanelStatus.Drawing);
        if (jobId == 0) return;
        _passTo(panel.drawBefore);
        policy.expirePanelDraw(jobId);
        done["expire draw"] += 1;
    }

    /// @dev Most members find the same answer; some another, or none, or what is no answer; each may stay silent.
    function commitAny(uint256 pick, uint256 seat, uint256 choice) public notesEnds {
        (PanelVoting policy, uint256 jobId, Panel memory panel) = _pickPanel(pick, PanelStatus.Voting);
        if (jobId == 0 || block.timestamp > panel.commitBefore) return;
        address member = policy.seatsOf(jobId)[seat % panel.size].provider;
        if (policy.commitmentBy(jobId, member) != 0) return;
        uint256[] memory words =
            choice % 8 == 7
                ? none()
                : one(
                    choice % 8 == 6
                        ? WRONG
                        : choice % 8 == 5
                            ? 3
                            : OUTPUT
                );
        _committed[_voteOf(policy, jobId, panel.round, member)] = words;
        commit(policy, jobId, member, words);
        done["commit"] += 1;
    }

    function commitWholePanel(uint256 pick, uint256 choices) external notesEnds {
        for (uint256 seat = 0; seat < 5; ++seat) commitAny(pick, seat, choices >> (seat * 8));
    }

    function revealAny(uint256 pick, uint256 seat) public notesEnds {
        (PanelVoting policy, uint256 jobId, Panel memory panel) = _pickPanel(pick, PanelStatus.Voting);
        if (jobId == 0) return;
        if (panel.committed < panel.size) _passTo(panel.commitBefore);
        if (block.timestamp > panel.revealBefore) return;
        address member = policy.seatsOf(jobId)[seat % panel.size].provider;
        if (policy.commitmentBy(jobId, member) == 0 || policy.revealedBy(jobId, member) != 0) return;
        uint256[] memory words = _committed[_voteOf(policy, jobId, panel.round, member)];
        if (words.length == 0 && !market.jobOf(jobId).inputOffChain) return;
        reveal(policy, jobId, member, words);
        done["reveal"] += 1;
    }

    function revealWholePanel(uint256 pick) external notesEnds {
        for (uint256 seat = 0; seat < 5; ++seat) revealAny(pick, seat);
    }

    function closeAny(uint256 pick) external notesEnds {
        (PanelVoting policy, uint256 jobId, Panel memory panel) = _pickPanel(pick, PanelStatus.Voting);
        if (jobId == 0) return;
        if (panel.revealed < panel.committed) _passTo(panel.revealBefore);
        else if (panel.committed < panel.size) _passTo(panel.commitBefore);
        _close(policy, jobId, panel);
        done["close"] += 1;
    }

    // Claims

    function answerAny(uint256 pick, uint256 choice) external notesEnds {
        uint256 jobId = _pickJob(pick, JobStatus.Assigned, Policy.Optimistic);
        if (jobId == 0 || block.timestamp > market.jobOf(jobId).deadline) return;
        answer(jobId, choice % 2 == 0 ? OUTPUT : WRONG);
        done["answer"] += 1;
    }

    function answerOpenAny(uint256 pick, uint256 choice) external notesEnds {
        bool right = choice % 2 == 0;
        uint256 jobId = _pickJob(pick, JobStatus.Requested, Policy.Optimistic);
        if (jobId == 0) return;
        Job memory job = market.jobOf(jobId);
        _passTo(job.deadline);
        address provider = job.modelId == modelId ? (right ? PROVIDER : RIVAL) : server(pick % SERVERS);
        if (!market.jobOf(jobId).isOpen() || !staking.canLockBond(provider)) return;
        vm.prank(provider);
        optimisticPolicy.submitAnswer(jobId, one(right ? OUTPUT : WRONG));
        done["answer in the open"] += 1;
    }

    function challengeAny(uint256 pick, uint256 who) external notesEnds {
        (uint256 jobId, AnswerClaim memory claim) = _pickClaim(pick, ClaimStatus.Claimed);
        address challenger = _challenger(who);
        if (jobId == 0 || block.timestamp > claim.deadline || challenger == claim.provider) return;
        vm.prank(challenger);
        optimisticPolicy.challengeAnswer(jobId);
        done["challenge"] += 1;
    }

    function defendAny(uint256 pick) external notesEnds {
        (uint256 jobId, AnswerClaim memory claim) = _pickClaim(pick, ClaimStatus.Defending);
        if (jobId == 0 || block.timestamp > claim.deadline) return;
        if (claim.answerHash != keccak256(abi.encodePacked(OUTPUT))) return;
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, claim.provider, OUTPUT), 0);
        vm.prank(claim.provider);
        optimisticPolicy.defendAnswer(jobId, one(INPUT), one(OUTPUT), proof);
        done["defend"] += 1;
    }

    function expireDefenceAny(uint256 pick) external notesEnds {
        (uint256 jobId, AnswerClaim memory claim) = _pickClaim(pick, ClaimStatus.Defending);
        if (jobId == 0) return;
        _passTo(claim.deadline);
        optimisticPolicy.expireDefence(jobId);
        done["expire defence"] += 1;
    }

    function finalizeAny(uint256 pick) external notesEnds {
        (uint256 jobId, AnswerClaim memory claim) = _pickClaim(pick, ClaimStatus.Claimed);
        if (jobId == 0) return;
        _passTo(claim.deadline);
        optimisticPolicy.finalizeAnswer(jobId, _claimedWords(claim));
        done["finalize"] += 1;
    }

    // Money and time

    function collectAny(uint256 who) external notesEnds {
        address account = _accountWithProceeds(who);
        if (account == address(0)) return;
        collect(account);
        done["collect"] += 1;
    }

    function pass(uint256 time) external notesEnds {
        vm.warp(block.timestamp + 1 + (time % 100));
        vm.roll(block.number + 1);
        done["pass"] += 1;
    }

    /// @notice What a stranger does with every job that is still open, to the end.
    function endEverything() external {
        for (uint256 jobId = 1; jobId <= market.jobCount(); ++jobId) {
            for (uint256 step = 0; step < 8 && !_hasEnded(jobId); ++step) _endStep(jobId);
            vm.assertTrue(_hasEnded(jobId), "a job that nobody can end");
        }
    }

    function collectEverything() external {
        for (uint256 i = 0; i < _accountCount(); ++i) {
            if (optimisticPolicy.bondProceedsOf(_account(i)) > 0) collect(_account(i));
        }
    }

    // What must hold after every call

    function assertPoliciesHoldWhatTheyOwe() external view {
        uint256 owed = 0;
        for (uint256 i = 0; i < _accountCount(); ++i) owed += optimisticPolicy.bondProceedsOf(_account(i));
        for (uint256 jobId = 1; jobId <= market.jobCount(); ++jobId) {
            ClaimStatus status = optimisticPolicy.claimOf(jobId).status;
            if (status == ClaimStatus.Defending || status == ClaimStatus.Judging) owed += BOND;
        }
        assertBondsHeld(owed);
        vm.assertEq(token.balanceOf(address(quorumPolicy)), 0, "quorum policy");
        vm.assertEq(address(quorumPolicy).balance + address(optimisticPolicy).balance, 0, "ether");
        assertMarketSolvent(ETHER);
    }

    /// @notice A bond is locked for each seat that votes and for each job that is assigned or answered, and no other.
    function assertBondsAreThoseOfRunningJobs() external view {
        uint256 locked = staking.poolOf(PROVIDER).locked + staking.poolOf(RIVAL).locked;
        for (uint256 i = 0; i < SERVERS; ++i) locked += staking.poolOf(server(i)).locked;
        uint256 bonds = 0;
        for (uint256 jobId = 1; jobId <= market.jobCount(); ++jobId) {
            Job memory job = market.jobOf(jobId);
            bool single = job.status == JobStatus.Assigned || job.status == JobStatus.Answered;
            if (job.policy == Policy.Optimistic && single) ++bonds;
            Panel memory panel = _policyOf(job).panelOf(jobId);
            if (panel.status == PanelStatus.Voting) bonds += panel.size;
        }
        vm.assertEq(locked, bonds * BOND, "locked bonds");
    }

    /// @notice And an ended job leaves neither an open claim nor an open panel behind.
    function assertJobsEndOnce() external view {
        vm.assertTrue(!anEndWasUndone, "ended twice");
        for (uint256 jobId = 1; jobId <= market.jobCount(); ++jobId) {
            Job memory job = market.jobOf(jobId);
            if (!_hasEnded(jobId)) continue;
            PanelStatus panel = _policyOf(job).panelOf(jobId).status;
            vm.assertTrue(panel == PanelStatus.None || panel == PanelStatus.Closed, "open panel");
            ClaimStatus claim = optimisticPolicy.claimOf(jobId).status;
            vm.assertTrue(claim == ClaimStatus.None || claim == ClaimStatus.Resolved, "open claim");
        }
    }

    function _request(JobRequest memory request, bytes32 operation) private {
        if (market.jobCount() >= MAX_JOBS) return;
        requestEther(request);
        done[operation] += 1;
    }

    function _close(PanelVoting policy, uint256 jobId, Panel memory panel) private {
        (bytes32 winner, ) = policy.leadingAnswerOf(jobId);
        uint256[] memory words = none();
        Seat[] memory seats = policy.seatsOf(jobId);
        for (uint256 i = 0; i < seats.length; ++i) {
            if (winner == 0 || policy.revealedBy(jobId, seats[i].provider) != winner) continue;
            words = _committed[_voteOf(policy, jobId, panel.round, seats[i].provider)];
        }
        vm.prank(STRANGER);
        policy.closePanel(jobId, words);
    }

    function _endStep(uint256 jobId) private {
        Job memory job = market.jobOf(jobId);
        PanelVoting policy = _policyOf(job);
        Panel memory panel = policy.panelOf(jobId);
        AnswerClaim memory claim = optimisticPolicy.claimOf(jobId);
        if (panel.status == PanelStatus.Drawing) {
            _passTo(panel.drawBefore);
            vm.prank(STRANGER);
            policy.expirePanelDraw(jobId);
        } else if (panel.status == PanelStatus.Voting) {
            _passTo(panel.revealBefore);
            _close(policy, jobId, panel);
        } else if (claim.status == ClaimStatus.Claimed) {
            _passTo(claim.deadline);
            vm.prank(STRANGER);
            optimisticPolicy.finalizeAnswer(jobId, _claimedWords(claim));
        } else if (claim.status == ClaimStatus.Defending) {
            _passTo(claim.deadline);
            vm.prank(STRANGER);
            optimisticPolicy.expireDefence(jobId);
        } else if (job.status == JobStatus.Assigned) {
            _passTo(job.deadline);
            vm.prank(STRANGER);
            market.expireAssignment(jobId);
        } else {
            _passTo(uint256(job.deadline) + job.openSeconds);
            vm.prank(STRANGER);
            market.refundJob(jobId);
        }
    }

    function _passTo(uint256 deadline) private {
        if (block.timestamp <= deadline) vm.warp(deadline + 1);
    }

    function _hasEnded(uint256 jobId) private view returns (bool) {
        JobStatus status = market.jobOf(jobId).status;
        return status == JobStatus.Settled || status == JobStatus.Refunded;
    }

    function _policyOf(Job memory job) private view returns (PanelVoting) {
        return job.policy == Policy.Quorum ? PanelVoting(quorumPolicy) : PanelVoting(optimisticPolicy);
    }

    function _voteOf(PanelVoting policy, uint256 jobId, uint256 round, address member) private pure returns (bytes32) {
        return keccak256(abi.encode(policy, jobId, round, member));
    }

    function _claimedWords(AnswerClaim memory claim) private pure returns (uint256[] memory) {
        return one(claim.answerHash == keccak256(abi.encodePacked(OUTPUT)) ? OUTPUT : WRONG);
    }

    function _challenger(uint256 index) private pure returns (address) {
        return [CHALLENGER, REQUESTER, server(0)][index % 3];
    }

    function _accountCount() private pure returns (uint256) {
        return SERVERS + 5;
    }

    function _account(uint256 index) private pure returns (address) {
        return index < SERVERS ? server(index) : [PROVIDER, RIVAL, CHALLENGER, REQUESTER, TREASURY][index - SERVERS];
    }

    function _accountWithProceeds(uint256 start) private view returns (address) {
        for (uint256 i = 0; i < _accountCount(); ++i) {
            address account = _account(((start % _accountCount()) + i) % _accountCount());
            if (optimisticPolicy.bondProceedsOf(account) > 0) return account;
        }
        return address(0);
    }

    /// @dev The first job from a random one on that is so; 0 if there is none.
    function _pickJob(uint256 pick, JobStatus status, Policy policy) private view returns (uint256) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            uint256 jobId = 1 + (((pick % count) + i) % count);
            Job memory job = market.jobOf(jobId);
            if (job.status == status && job.policy == policy) return jobId;
        }
        return 0;
    }

    function _pickClaim(uint256 pick, ClaimStatus status) private view returns (uint256, AnswerClaim memory claim) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            uint256 jobId = 1 + (((pick % count) + i) % count);
            claim = optimisticPolicy.claimOf(jobId);
            if (claim.status == status) return (jobId, claim);
        }
        return (0, claim);
    }

    function _pickPanel(
        uint256 pick,
        PanelStatus status
    ) private view returns (PanelVoting policy, uint256, Panel memory panel) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            uint256 jobId = 1 + (((pick % count) + i) % count);
            policy = _policyOf(market.jobOf(jobId));
            panel = policy.panelOf(jobId);
            if (panel.status == status) return (policy, jobId, panel);
        }
        return (policy, 0, panel);
    }
}
