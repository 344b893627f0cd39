// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IPanelVoting, Panel, PanelStatus, Seat} from "../interfaces/IPanelVoting.sol";
import {Candidate, DrawTerms, IProviderSelection} from "../interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../interfaces/IProviderStaking.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {EndReason, Job} from "../types/Job.sol";

/// @title Votes of a drawn panel on the answer of a job
/// @dev One story: draw, commit, reveal, close, and once more if nothing was decided. What a vote is about and what its
/// end means is the policy's: the functions without a body. Every loop is over the seats of one panel, at most 15.
/// A seat's bond is locked by the draw and leaves its lock exactly once, when its round closes: slashed, released unpaid,
/// or released by the market together with the pay.
abstract contract PanelVoting is IPanelVoting, ReentrancyGuardTransient {
    /// @dev answerHash: of the words that were revealed; zero before.
    struct Ballot {
        bytes32 commitment;
        bytes32 answerHash;
    }

    /// @dev answers[i] is what seats[i] revealed. `winner` has at least a quorum of votes, or is zero; `votes` are those
    /// of the most frequent answer. A quorum is more than half of the seats, so two answers cannot both have one.
    struct Tally {
        Seat[] seats;
        bytes32[] answers;
        bytes32 winner;
        uint256 votes;
    }

    /// @inheritdoc IPanelVoting
    uint256 public constant MAX_ROUNDS = 2;
    /// @dev The hash of an answer without words: the input could not be had. Also what closes a vote that nobody won.
    bytes32 internal constant NO_WORDS = keccak256("");

    /// @inheritdoc IPanelVoting
    address public immutable market;
    IProviderSelection internal immutable SELECTION;
    IProviderStaking internal immutable STAKING;
    address internal immutable TREASURY;
    uint256 internal immutable BOND;

    mapping(uint256 jobId => Panel) private _panels;
    mapping(uint256 jobId => Seat[]) private _seats;
    mapping(uint256 jobId => mapping(uint256 round => mapping(address provider => Ballot))) private _ballots;

    constructor(address market_) {
        market = market_;
        SELECTION = IProviderSelection(IJobMarket(market_).providerSelection());
        STAKING = IProviderStaking(IJobMarket(market_).providerStaking());
        TREASURY = STAKING.treasury();
        BOND = STAKING.bondAmount();
    }

    /// @inheritdoc IPanelVoting
    function drawPanel(uint256 jobId, bytes calldata header) external nonReentrant {
        Panel memory panel = _requirePanel(jobId, PanelStatus.Drawing);
        if (block.timestamp > panel.drawBefore) revert PanelDrawClosed(jobId, panel.drawBefore);
        Job memory job = IJobMarket(market).jobOf(jobId);

        Candidate[] memory drawn = _draw(jobId, job, panel, header);
        if (drawn.length == 0) {
            panel.drawBlock = uint40(block.number);
            _panels[jobId] = panel;
            emit PanelDrawRepeated(jobId, panel.round, block.number);
            return;
        }
        panel.status = PanelStatus.Voting;
        panel.committed = 0;
        panel.revealed = 0;
        panel.commitBefore = uint40(block.timestamp + job.answerSeconds);
        panel.revealBefore = panel.commitBefore + job.windowSeconds;
        _panels[jobId] = panel;
        address[] memory providers = _takeSeats(jobId, drawn);
        emit PanelDrawn(jobId, panel.round, providers, panel.commitBefore, panel.revealBefore);
        _onPanelDrawn(jobId, panel.round);
    }

    /// @inheritdoc IPanelVoting
    function commitAnswer(uint256 jobId, bytes32 commitment) external {
        Panel memory panel = _requirePanel(jobId, PanelStatus.Voting);
        if (commitment == 0) revert CommitmentZero();
        if (block.timestamp > panel.commitBefore) revert CommitClosed(jobId, panel.commitBefore);
        if (!_hasSeat(jobId, msg.sender)) revert NotOnPanel(jobId, msg.sender);
        Ballot storage ballot = _ballots[jobId][panel.round][msg.sender];
        if (ballot.commitment != 0) revert AlreadyCommitted(jobId, msg.sender);

        ballot.commitment = commitment;
        _panels[jobId].committed = panel.committed + 1;
        emit AnswerCommitted(jobId, msg.sender, panel.round, commitment);
    }

    /// @inheritdoc IPanelVoting
    function revealAnswer(uint256 jobId, uint256[] calldata outputWords, bytes32 salt) external nonReentrant {
        Panel memory panel = _requirePanel(jobId, PanelStatus.Voting);
        if (!_commitOver(panel)) revert RevealNotOpen(jobId, panel.commitBefore);
        if (block.timestamp > panel.revealBefore) revert RevealClosed(jobId, panel.revealBefore);
        Ballot storage ballot = _ballots[jobId][panel.round][msg.sender];
        bytes32 committed = ballot.commitment;
        if (committed == 0 && !_hasSeat(jobId, msg.sender)) revert NotOnPanel(jobId, msg.sender);
        if (ballot.answerHash != 0) revert AlreadyRevealed(jobId, msg.sender);
        bytes32 given = commitmentOf(jobId, panel.round, msg.sender, outputWords, salt);
        if (given != committed) revert CommitmentMismatch(jobId, msg.sender, given, committed);
        Job memory job = IJobMarket(market).jobOf(jobId);
        if (outputWords.length != 0 || !job.inputOffChain) _requireAnswer(jobId, outputWords, job.outputWords);

        bytes32 answerHash = _hashWords(outputWords);
        ballot.answerHash = answerHash;
        _panels[jobId].revealed = ++panel.revealed;
        emit AnswerRevealed(jobId, msg.sender, panel.round, outputWords);
        if (!_isOver(panel)) return;
        Tally memory tally = _tally(jobId, panel);
        if (tally.winner == answerHash) _close(jobId, job, panel, tally, outputWords);
    }

    /// @inheritdoc IPanelVoting
    function closePanel(uint256 jobId, uint256[] calldata outputWords) external nonReentrant {
        Panel memory panel = _requirePanel(jobId, PanelStatus.Voting);
        if (!_isOver(panel)) revert PanelStillVoting(jobId, panel.revealBefore);
        Tally memory tally = _tally(jobId, panel);
        bytes32 given = _hashWords(outputWords);
        bytes32 expected = tally.winner == 0 ? NO_WORDS : tally.winner;
        if (given != expected) revert WinningAnswerMismatch(jobId, given, expected);

        _close(jobId, IJobMarket(market).jobOf(jobId), panel, tally, outputWords);
    }

    /// @inheritdoc IPanelVoting
    function expirePanelDraw(uint256 jobId) external nonReentrant {
        Panel memory panel = _requirePanel(jobId, PanelStatus.Drawing);
        if (block.timestamp <= panel.drawBefore) revert PanelDrawStillOpen(jobId, panel.drawBefore);

        panel.status = PanelStatus.Closed;
        _panels[jobId] = panel;
        _onPanelUndrawn(jobId, panel);
    }

    /// @inheritdoc IPanelVoting
    function panelOf(uint256 jobId) external view returns (Panel memory) {
        return _panelOf(jobId);
    }

    /// @inheritdoc IPanelVoting
    function seatsOf(uint256 jobId) external view returns (Seat[] memory) {
        return _seats[jobId];
    }

    /// @inheritdoc IPanelVoting
    function commitmentBy(uint256 jobId, address provider) external view returns (bytes32) {
        return _ballots[jobId][_panels[jobId].round][provider].commitment;
    }

    /// @inheritdoc IPanelVoting
    function revealedBy(uint256 jobId, address provider) external view returns (bytes32) {
        return _ballots[jobId][_panels[jobId].round][provider].answerHash;
    }

    /// @inheritdoc IPanelVoting
    function leadingAnswerOf(uint256 jobId) external view returns (bytes32 answerHash, uint256 votes) {
        Tally memory tally = _tally(jobId, _panels[jobId]);
        return (tally.winner, tally.votes);
    }

    /// @inheritdoc IPanelVoting
    function commitmentOf(
        uint256 jobId,
        uint256 round,
        address provider,
        uint256[] calldata outputWords,
        bytes32 salt
    ) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), jobId, round, provider, outputWords, salt));
    }

    // What the policy says

    /// @dev The most that one member may ask.
    function _maxAsk(Job memory job) internal pure virtual returns (uint256);

    function _onPanelDrawn(uint256 jobId, uint256 round) internal virtual;

    /// @dev A quorum gave `outputWords`. To do: the bonds of all seats, and the end of the job.
    function _onDecided(
        uint256 jobId,
        Job memory job,
        Tally memory tally,
        uint256[] calldata outputWords
    ) internal virtual;

    /// @dev The last vote ended without an answer; all seats' bonds are done. To do: the end of the job.
    function _onUndecided(uint256 jobId, EndReason reason) internal virtual;

    /// @dev No panel was found in time; the panel is as it was left. To do: the end of the job.
    function _onPanelUndrawn(uint256 jobId, Panel memory panel) internal virtual;

    /// @dev The panel as it is kept. A policy may see one where none is kept yet.
    function _panelOf(uint256 jobId) internal view virtual returns (Panel memory) {
        return _panels[jobId];
    }

    // What the policy uses

    /// @dev Opens a round: its members are drawn among the candidates of this block.
    function _openDraw(uint256 jobId, Job memory job, uint8 round, uint8 revealedBefore) internal {
        _panels[jobId] = Panel({
            status: PanelStatus.Drawing,
            round: round,
            size: job.panelSize,
            quorum: job.quorum,
            committed: 0,
            revealed: revealedBefore,
            drawBlock: uint40(block.number),
            drawBefore: uint40(block.timestamp + job.drawSeconds),
            commitBefore: 0,
            revealBefore: 0
        });
    }

    /// @dev Of a decided vote: half to whom it wronged, half to the treasury; all to the treasury where the input lies off
    /// the chain: who withheld it from honest members must not earn their bonds.
    function _slashSeat(address provider, Job memory job, address wronged) internal {
        STAKING.slashBond(provider, wronged, job.inputOffChain ? 0 : BOND / 2);
    }

    function _requireAnswer(uint256 jobId, uint256[] calldata outputWords, uint256 expected) internal pure {
        if (outputWords.length != expected) revert AnswerInvalid(jobId, outputWords.length, expected);
        for (uint256 i = 0; i < outputWords.length; ++i) {
            if (outputWords[i] >= Bn254.SCALAR_ORDER) revert AnswerWordTooLarge(jobId, i, outputWords[i]);
        }
    }

    function _hashWords(uint256[] calldata words) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(words));
    }

    // The vote

    function _requirePanel(uint256 jobId, PanelStatus expected) private view returns (Panel memory panel) {
        panel = _panelOf(jobId);
        if (panel.status != expected) revert PanelNotInStatus(jobId, panel.status, expected);
    }

    function _draw(
        uint256 jobId,
        Job memory job,
        Panel memory panel,
        bytes calldata header
    ) private returns (Candidate[] memory drawn) {
        if (SELECTION.drawExpired(panel.drawBlock)) return drawn;
        DrawTerms memory terms = DrawTerms({
            jobId: jobId,
            modelId: job.modelId,
            version: job.version,
            token: job.token,
            maxAsk: _maxAsk(job),
            drawBlock: panel.drawBlock,
            inputOffChain: job.inputOffChain,
            // The time to commit, and the time to reveal.
            answerSeconds: Math.min(job.answerSeconds, job.windowSeconds)
        });
        return SELECTION.drawProviders(terms, panel.size, header);
    }

    function _takeSeats(uint256 jobId, Candidate[] memory drawn) private returns (address[] memory providers) {
        delete _seats[jobId];
        providers = new address[](drawn.length);
        for (uint256 i = 0; i < drawn.length; ++i) {
            providers[i] = drawn[i].provider;
            _seats[jobId].push(Seat(drawn[i].provider, drawn[i].ask));
        }
    }

    function _hasSeat(uint256 jobId, address provider) private view returns (bool) {
        Seat[] storage seats = _seats[jobId];
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i].provider == provider) return true;
        }
        return false;
    }

    /// @dev From then on nobody can commit, so nobody can use what others reveal.
    function _commitOver(Panel memory panel) private view returns (bool) {
        return panel.committed == panel.size || block.timestamp > panel.commitBefore;
    }

    function _isOver(Panel memory panel) private view returns (bool) {
        return block.timestamp > panel.revealBefore || (_commitOver(panel) && panel.revealed == panel.committed);
    }

    function _tally(uint256 jobId, Panel memory panel) private view returns (Tally memory tally) {
        tally.seats = _seats[jobId];
        uint256 count = tally.seats.length;
        tally.answers = new bytes32[](count);
        bytes32 leading;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 answer = _ballots[jobId][panel.round][tally.seats[i].provider].answerHash;
            tally.answers[i] = answer;
            if (answer == 0) continue;
            uint256 votes = 1;
            for (uint256 j = 0; j < i; ++j) {
                if (tally.answers[j] == answer) ++votes;
            }
            if (votes > tally.votes) (leading, tally.votes) = (answer, votes);
        }
        if (tally.votes != 0 && tally.votes >= panel.quorum) tally.winner = leading;
    }

    function _close(
        uint256 jobId,
        Job memory job,
        Panel memory panel,
        Tally memory tally,
        uint256[] calldata outputWords
    ) private {
        bool decided = tally.winner != 0;
        bool again = !decided && panel.round < MAX_ROUNDS;
        if (again) _openDraw(jobId, job, panel.round + 1, panel.revealed);
        else _panels[jobId].status = PanelStatus.Closed;
        emit PanelClosed(jobId, panel.round, tally.winner, tally.votes);

        if (decided && tally.winner != NO_WORDS) {
            _onDecided(jobId, job, tally, outputWords);
            return;
        }
        _freeSeats(jobId, panel, tally, again);
        if (!again) _onUndecided(jobId, decided ? EndReason.ContentUnavailable : EndReason.NoMajority);
    }

    /// @dev Nobody is known to be wrong, so only silence costs, and only where most of the members showed that there was
    /// time: a requester chooses the times, and could otherwise take bonds from honest members by choosing them too short.
    /// All of it goes to the treasury: the requester is refunded or drawn for again. Nobody is drawn for the job twice.
    function _freeSeats(uint256 jobId, Panel memory panel, Tally memory tally, bool again) private {
        bool timeSufficed = panel.revealed > panel.size / 2;
        for (uint256 i = 0; i < tally.seats.length; ++i) {
            address provider = tally.seats[i].provider;
            if (again) SELECTION.exclude(jobId, provider);
            if (tally.answers[i] == 0 && timeSufficed) STAKING.slashBond(provider, TREASURY, 0);
            else STAKING.releaseBondUnpaid(provider);
        }
    }
}
