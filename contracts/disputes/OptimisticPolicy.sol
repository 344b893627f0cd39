// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IJobMarket, Payment} from "../interfaces/IJobMarket.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {AnswerClaim, ClaimStatus, IOptimisticPolicy} from "../interfaces/IOptimisticPolicy.sol";
import {Panel} from "../interfaces/IPanelVoting.sol";
import {EndReason, Job, JobStatus, Policy} from "../types/Job.sol";
import {PanelVoting} from "./PanelVoting.sol";

/// @title Optimistic policy
/// @dev What this contract holds of the stake token = Σ bonds of open challenges + Σ bondProceedsOf (and what anyone gave
/// it unasked). The provider's bond stays in the staking contract until it is lost. Every claim leaves `_resolve` once.
contract OptimisticPolicy is IOptimisticPolicy, PanelVoting {
    using SafeERC20 for IERC20;

    IModelRegistry private immutable REGISTRY;
    IERC20 private immutable STAKE_TOKEN;

    mapping(uint256 jobId => AnswerClaim) private _claims;
    /// @inheritdoc IOptimisticPolicy
    mapping(address account => uint256) public bondProceedsOf;

    constructor(address market_) PanelVoting(market_) {
        REGISTRY = IModelRegistry(IJobMarket(market_).modelRegistry());
        STAKE_TOKEN = IERC20(STAKING.stakeToken());
    }

    /// @inheritdoc IOptimisticPolicy
    function submitAnswer(uint256 jobId, uint256[] calldata outputWords) external nonReentrant {
        Job memory job = IJobMarket(market).jobOf(jobId);
        if (job.policy != Policy.Optimistic) revert NotOptimisticJob(jobId);
        uint256 price = job.status == JobStatus.Assigned ? _assignedPrice(jobId, job) : _openPrice(jobId, job);
        _requireAnswer(jobId, outputWords, job.outputWords);

        _claims[jobId] = AnswerClaim({
            status: ClaimStatus.Claimed,
            deadline: uint40(block.timestamp + job.windowSeconds),
            provider: msg.sender,
            challenger: address(0),
            answerHash: _hashWords(outputWords)
        });
        if (job.status == JobStatus.Requested && !STAKING.lockBond(msg.sender)) {
            revert AnswerBondUnavailable(jobId, msg.sender);
        }
        IJobMarket(market).announceResult(jobId, msg.sender, price, outputWords);
    }

    /// @inheritdoc IOptimisticPolicy
    function challengeAnswer(uint256 jobId) external nonReentrant {
        AnswerClaim storage claim = _requireClaim(jobId, ClaimStatus.Claimed);
        address provider = claim.provider;
        if (block.timestamp > claim.deadline) revert ChallengeWindowClosed(jobId, claim.deadline);
        if (msg.sender == provider) revert ChallengerIsProvider(jobId);
        Job memory job = IJobMarket(market).jobOf(jobId);
        bool provable = _verifierOf(job) != address(0);

        claim.challenger = msg.sender;
        claim.status = provable ? ClaimStatus.Defending : ClaimStatus.Judging;
        claim.deadline = provable ? uint40(block.timestamp + job.answerSeconds) : 0;
        if (!provable) _openDraw(jobId, job, 1, 0);
        emit AnswerChallenged(jobId, msg.sender, BOND);
        if (!provable) {
            SELECTION.exclude(jobId, provider);
            SELECTION.exclude(jobId, msg.sender);
        }
        STAKE_TOKEN.safeTransferFrom(msg.sender, address(this), BOND);
    }

    /// @inheritdoc IOptimisticPolicy
    function defendAnswer(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external nonReentrant {
        AnswerClaim storage claim = _requireClaim(jobId, ClaimStatus.Defending);
        if (msg.sender != claim.provider) revert NotClaimant(jobId, msg.sender, claim.provider);
        if (block.timestamp > claim.deadline) revert DefenceDeadlinePassed(jobId, claim.deadline);
        _requireClaimedWords(jobId, claim, outputWords);
        Job memory job = IJobMarket(market).jobOf(jobId);
        bytes32 inputHash = _hashWords(inputWords);
        if (inputHash != job.inputHash) revert IJobMarket.InputWordsMismatch(jobId, inputHash, job.inputHash);
        if (!_isProven(jobId, job, inputWords, outputWords, proof)) revert DefenceInvalid(jobId);

        Tally memory nobody;
        _uphold(jobId, job, nobody, outputWords);
    }

    /// @inheritdoc IOptimisticPolicy
    function expireDefence(uint256 jobId) external nonReentrant {
        AnswerClaim storage claim = _requireClaim(jobId, ClaimStatus.Defending);
        if (block.timestamp <= claim.deadline) revert DefenceDeadlineNotPassed(jobId, claim.deadline);

        Tally memory nobody;
        _overturn(jobId, nobody);
    }

    /// @inheritdoc IOptimisticPolicy
    function finalizeAnswer(uint256 jobId, uint256[] calldata outputWords) external nonReentrant {
        AnswerClaim storage claim = _requireClaim(jobId, ClaimStatus.Claimed);
        if (block.timestamp <= claim.deadline) revert ChallengeWindowOpen(jobId, claim.deadline);
        _requireClaimedWords(jobId, claim, outputWords);

        claim.status = ClaimStatus.Resolved;
        _settle(jobId, IJobMarket(market).jobOf(jobId), outputWords);
    }

    /// @inheritdoc IOptimisticPolicy
    function withdrawBondProceeds() external nonReentrant returns (uint256 amount) {
        amount = bondProceedsOf[msg.sender];
        if (amount == 0) revert NothingToCollect(msg.sender);

        bondProceedsOf[msg.sender] = 0;
        emit BondProceedsWithdrawn(msg.sender, amount);
        STAKE_TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IOptimisticPolicy
    function claimOf(uint256 jobId) external view returns (AnswerClaim memory) {
        return _claims[jobId];
    }

    /// @inheritdoc IOptimisticPolicy
    function challengeBond() external view returns (uint256) {
        return BOND;
    }

    // The jury

    /// @dev Jurors are paid out of the loser's bond; their ask only tells that they serve the version in this token. So the
    /// fee keeps nobody out: a requester must not choose its jury by it.
    function _maxAsk(Job memory) internal pure override returns (uint256) {
        return type(uint96).max;
    }

    function _onPanelDrawn(uint256, uint256) internal pure override {}

    function _onDecided(
        uint256 jobId,
        Job memory job,
        Tally memory tally,
        uint256[] calldata outputWords
    ) internal override {
        AnswerClaim storage claim = _claims[jobId];
        bool upheld = tally.winner == claim.answerHash;
        address winner = upheld ? claim.provider : claim.challenger;
        for (uint256 i = 0; i < tally.seats.length; ++i) {
            address juror = tally.seats[i].provider;
            if (tally.answers[i] == tally.winner) STAKING.releaseBondUnpaid(juror);
            else _slashSeat(juror, job, winner);
        }
        if (upheld) _uphold(jobId, job, tally, outputWords);
        else _overturn(jobId, tally);
    }

    function _onUndecided(uint256 jobId, EndReason reason) internal override {
        AnswerClaim storage claim = _claims[jobId];
        claim.status = ClaimStatus.Resolved;
        bondProceedsOf[claim.challenger] += BOND;
        emit ChallengeResolved(jobId, address(0), address(0));
        STAKING.releaseBondUnpaid(claim.provider);
        IJobMarket(market).failJob(jobId, reason);
    }

    function _onPanelUndrawn(uint256 jobId, Panel memory) internal override {
        _onUndecided(jobId, EndReason.NoMajority);
    }

    // The ends of a claim

    /// @dev The provider wins: the challenger's bond is shared out, the job settled.
    function _uphold(uint256 jobId, Job memory job, Tally memory jury, uint256[] calldata outputWords) private {
        AnswerClaim storage claim = _claims[jobId];
        claim.status = ClaimStatus.Resolved;
        _shareBond(claim.provider, BOND / 2, jury, BOND - BOND / 2);
        emit ChallengeResolved(jobId, claim.provider, claim.challenger);
        _settle(jobId, job, outputWords);
    }

    /// @dev The challenger wins: it has its bond back, the provider's is shared out, the job refunded.
    function _overturn(uint256 jobId, Tally memory jury) private {
        AnswerClaim storage claim = _claims[jobId];
        claim.status = ClaimStatus.Resolved;
        bondProceedsOf[claim.challenger] += BOND;
        emit ChallengeResolved(jobId, claim.challenger, claim.provider);
        STAKING.slashBond(claim.provider, address(this), BOND);
        // More than the bond comes if somebody made this contract the requester of a job in which a bond was cut.
        bondProceedsOf[TREASURY] += STAKING.withdrawSlashProceeds() - BOND;
        if (jury.votes == 0) _shareBond(claim.challenger, BOND / 2, jury, 0);
        else _shareBond(claim.challenger, BOND / 4, jury, BOND / 4);
        IJobMarket(market).failJob(jobId, EndReason.ChallengeLost);
    }

    function _settle(uint256 jobId, Job memory job, uint256[] calldata outputWords) private {
        Payment[] memory payments = new Payment[](1);
        payments[0] = Payment(job.provider, job.price);
        emit AnswerFinalized(jobId);
        IJobMarket(market).settleJob(jobId, payments, outputWords);
    }

    /// @dev The loser's bond: to the winner, in equal parts to the jurors of the majority, and what is left, all that does
    /// not divide included, to the treasury. Up to half of a provider's stake is its delegators', so of a provider's bond at
    /// most half goes to accounts that may be its own: or an answer that is wrong on purpose would pay.
    function _shareBond(address winner, uint256 winnerAmount, Tally memory jury, uint256 jurorsAmount) private {
        uint256 rest = BOND - winnerAmount;
        bondProceedsOf[winner] += winnerAmount;
        uint256 jurorAmountDown = jury.votes == 0 ? 0 : jurorsAmount / jury.votes;
        for (uint256 i = 0; i < jury.seats.length; ++i) {
            if (jury.answers[i] != jury.winner) continue;
            bondProceedsOf[jury.seats[i].provider] += jurorAmountDown;
            rest -= jurorAmountDown;
        }
        bondProceedsOf[TREASURY] += rest;
    }

    // Checks

    function _assignedPrice(uint256 jobId, Job memory job) private view returns (uint256) {
        if (msg.sender != job.provider) revert IJobMarket.NotAssignedProvider(jobId, msg.sender, job.provider);
        if (block.timestamp > job.deadline) revert IJobMarket.AnswerDeadlinePassed(jobId, job.deadline);
        return job.price;
    }

    function _openPrice(uint256 jobId, Job memory job) private view returns (uint256) {
        if (!job.isOpen()) revert IJobMarket.JobNotOpen(jobId, uint256(job.deadline) + job.openSeconds);
        (bool accepted, uint256 ask) = SELECTION.askOf(msg.sender, job.modelId, job.version, job.token);
        if (!accepted || ask > job.fee) revert IJobMarket.NotServing(jobId, msg.sender);
        return ask;
    }

    function _requireClaim(uint256 jobId, ClaimStatus expected) private view returns (AnswerClaim storage claim) {
        claim = _claims[jobId];
        if (claim.status != expected) revert ClaimNotInStatus(jobId, claim.status, expected);
    }

    function _requireClaimedWords(uint256 jobId, AnswerClaim storage claim, uint256[] calldata words) private view {
        bytes32 given = _hashWords(words);
        if (given != claim.answerHash) revert ClaimedAnswerMismatch(jobId, given, claim.answerHash);
    }

    function _verifierOf(Job memory job) private view returns (address verifier) {
        (verifier, ) = REGISTRY.verifierOf(job.modelId, job.version);
    }

    /// @dev The same public signals as the market's: a proof of this answer for this job by this provider.
    function _isProven(
        uint256 jobId,
        Job memory job,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) private view returns (bool) {
        uint256[] memory publicSignals = new uint256[](outputWords.length + inputWords.length + 1);
        uint256 position = 0;
        for (uint256 i = 0; i < outputWords.length; ++i) publicSignals[position++] = outputWords[i];
        for (uint256 i = 0; i < inputWords.length; ++i) publicSignals[position++] = inputWords[i];
        publicSignals[position] = IJobMarket(market).bindingOf(jobId, job.provider);
        return IGroth16Verifier(_verifierOf(job)).verifyProof(proof, publicSignals);
    }
}
