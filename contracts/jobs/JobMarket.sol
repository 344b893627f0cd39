// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DeployerOnce} from "../access/DeployerOnce.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IJobCallback} from "../interfaces/IJobCallback.sol";
import {Delivery, IJobMarket, JobRequest, Payment} from "../interfaces/IJobMarket.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {Candidate, DrawTerms, IProviderSelection} from "../interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../interfaces/IProviderStaking.sol";
import {CappedCall} from "../libraries/CappedCall.sol";
import {PermitLib} from "../libraries/PermitLib.sol";
import {RequestTerms} from "../libraries/RequestTerms.sol";
import {EndReason, Job, JobStatus, Policy} from "../types/Job.sol";
import {JobLedger} from "./JobLedger.sol";

/// @title Job market
/// @dev One story: the life of a job. Every path that ends a job goes through `_end`, which leaves the only two statuses
/// that no function accepts. Whatever waits for somebody has a deadline after which anyone may go on without him.
contract JobMarket is IJobMarket, JobLedger, AccessControl, DeployerOnce {
    using SafeCast for uint256;

    /// @dev One slot, which a request reads once and writes once.
    struct Settings {
        uint128 jobCount;
        uint16 protocolFeeBps;
        bool requestsPaused;
    }

    /// @inheritdoc IJobMarket
    uint256 public constant MAX_ATTEMPTS = 3;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_CALLBACK_GAS = RequestTerms.MAX_CALLBACK_GAS;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_PROTOCOL_FEE_BPS = 1_000;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_PANEL_SIZE = RequestTerms.MAX_PANEL_SIZE;
    /// @inheritdoc IJobMarket
    uint256 public constant MIN_DURATION_SECONDS = RequestTerms.MIN_DURATION_SECONDS;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_DURATION_SECONDS = RequestTerms.MAX_DURATION_SECONDS;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_ANSWER_SECONDS = RequestTerms.MAX_ANSWER_SECONDS;
    /// @inheritdoc IJobMarket
    bytes32 public constant PARAMETER_ROLE = keccak256("PARAMETER_ROLE");
    /// @inheritdoc IJobMarket
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @inheritdoc IJobMarket
    address public immutable modelRegistry;
    /// @inheritdoc IJobMarket
    address public immutable providerSelection;
    /// @inheritdoc IJobMarket
    address public immutable providerStaking;
    /// @inheritdoc IJobMarket
    address public immutable treasury;
    uint256 private immutable BOND;

    Settings private _settings;
    address private _quorumPolicy;
    address private _optimisticPolicy;
    /// @inheritdoc IJobMarket
    address public requestDesk;
    mapping(uint256 jobId => Job) private _jobs;

    constructor(
        address admin,
        address guardian,
        address modelRegistry_,
        address providerSelection_,
        uint256 protocolFeeBps_
    ) {
        modelRegistry = modelRegistry_;
        providerSelection = providerSelection_;
        IProviderStaking staking = IProviderStaking(IProviderSelection(providerSelection_).providerStaking());
        providerStaking = address(staking);
        treasury = staking.treasury();
        BOND = staking.bondAmount();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(PARAMETER_ROLE, admin);
        _grantRole(GUARDIAN_ROLE, guardian);
        _setProtocolFee(protocolFeeBps_);
    }

    // Requesting

    /// @inheritdoc IJobMarket
    function requestJob(JobRequest calldata request) external payable nonReentrant returns (uint256 jobId) {
        return _requestJob(msg.sender, msg.sender, request);
    }

    /// @inheritdoc IJobMarket
    function requestJobWithPermit(
        JobRequest calldata request,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 jobId) {
        PermitLib.tryPermit(request.token, msg.sender, address(this), request.fee, permitDeadline, v, r, s);
        return _requestJob(msg.sender, msg.sender, request);
    }

    /// @inheritdoc IJobMarket
    function requestJobFor(
        address requester,
        JobRequest calldata request
    ) external payable nonReentrant returns (uint256 jobId) {
        if (requester == address(0)) revert RequesterZero();
        _requireRecipient(requester);
        return _requestJob(requester, msg.sender, request);
    }

    /// @inheritdoc IJobMarket
    function requestJobFrom(
        address requester,
        JobRequest calldata request
    ) external nonReentrant returns (uint256 jobId) {
        if (msg.sender != requestDesk) revert NotRequestDesk(msg.sender);
        return _requestJob(requester, requester, request);
    }

    /// @inheritdoc IJobMarket
    function cancelJob(uint256 jobId) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Requested);
        if (msg.sender != job.requester) revert NotRequester(jobId, msg.sender, job.requester);
        if (!job.isDrawable()) revert JobInOpenRound(jobId, _openBefore(job));
        _refund(jobId, job, EndReason.Cancelled);
    }

    // Assignment

    /// @inheritdoc IJobMarket
    function assignJob(uint256 jobId, bytes calldata header) external nonReentrant {
        Job memory job = _requireDrawable(jobId);
        if (_drawExpired(job)) return _repeatDraw(jobId);
        IProviderSelection selection = IProviderSelection(providerSelection);
        Candidate[] memory drawn = selection.drawProviders(_drawTerms(jobId, job), 1, header);
        if (drawn.length == 0) return _repeatDraw(jobId);

        Candidate memory winner = drawn[0];
        uint256 answerBefore = block.timestamp + job.answerSeconds;
        _advance(jobId, JobStatus.Assigned, answerBefore);
        _setProvider(jobId, winner.provider, winner.ask);
        emit JobAssigned(jobId, winner.provider, winner.ask, answerBefore, uint256(job.attempts) + 1);
    }

    /// @inheritdoc IJobMarket
    function previewAssignment(
        uint256 jobId,
        bytes calldata header
    ) external view returns (address provider, uint256 price) {
        Job memory job = _requireDrawable(jobId);
        if (_drawExpired(job)) return (address(0), 0);
        IProviderSelection selection = IProviderSelection(providerSelection);
        Candidate[] memory drawn = selection.previewDraw(_drawTerms(jobId, job), 1, header);
        if (drawn.length != 0) return (drawn[0].provider, drawn[0].ask);
    }

    /// @inheritdoc IJobMarket
    function declineJob(uint256 jobId, EndReason reason) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Assigned);
        _requireAssigned(jobId, job, msg.sender);
        bool valid = reason == EndReason.ContentUnavailable || reason == EndReason.InvalidProof;
        if (!valid && reason != EndReason.ProviderDeclined) revert DeclineReasonInvalid(reason);

        _endAttempt(jobId, job, reason);
        emit JobDeclined(jobId, msg.sender, reason);
        if (!IProviderSelection(providerSelection).countDecline(msg.sender)) revert DeclinesUsedUp(msg.sender);
        IProviderStaking(providerStaking).releaseBondUnpaid(msg.sender);
    }

    /// @inheritdoc IJobMarket
    function expireAssignment(uint256 jobId) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Assigned);
        if (job.policy == Policy.Quorum) revert DrawnByPolicy(jobId, job.policy);
        if (block.timestamp <= job.deadline) revert AnswerDeadlineNotPassed(jobId, uint256(job.deadline));

        _endAttempt(jobId, job, EndReason.ProviderTimeout);
        emit AssignmentExpired(jobId, job.provider, BOND);
        uint256 requesterAmountDown = job.inputOffChain ? 0 : BOND / 2;
        IProviderStaking(providerStaking).slashBond(job.provider, job.requester, requesterAmountDown);
    }

    /// @inheritdoc IJobMarket
    function refundJob(uint256 jobId) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Requested);
        uint256 openBefore = _openBefore(job);
        if (block.timestamp <= openBefore) revert JobStillOpen(jobId, openBefore);
        _refund(jobId, job, job.reason == EndReason.None ? EndReason.NoProvider : job.reason);
    }

    // Settlement by proof

    /// @inheritdoc IJobMarket
    function submitProof(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external nonReentrant {
        Job memory job = _requireKnown(jobId);
        _beginDelivery(jobId, job);
        uint256[] memory publicSignals = _publicSignals(jobId, job, inputWords, outputWords);
        address verifier = _verifierOf(job);
        if (!IGroth16Verifier(verifier).verifyProof(proof, publicSignals)) revert ProofInvalid(jobId);

        _emitSettled(jobId, job, verifier, inputWords, outputWords, proof);
        _payDelivery(jobId, job, _authorOf(job));
        _callBack(jobId, job, IJobCallback.onFinalized.selector, outputWords);
    }

    /// @inheritdoc IJobMarket
    function settleBatch(Delivery[] calldata deliveries) external nonReentrant {
        uint256 count = deliveries.length;
        if (count == 0) revert BatchEmpty();
        (Job[] memory jobs, uint256[8][] memory proofs) = _emptyBatch(count);
        uint256[][] memory publicSignals = new uint256[][](count);
        for (uint256 i = 0; i < count; ++i) {
            Delivery calldata delivery = deliveries[i];
            Job memory job = jobs[i] = _requireKnown(delivery.jobId);
            _beginDelivery(delivery.jobId, job);
            if (job.modelId != jobs[0].modelId || job.version != jobs[0].version) {
                revert BatchVersionMismatch(delivery.jobId, uint256(job.modelId), uint256(job.version));
            }
            proofs[i] = delivery.proof;
            publicSignals[i] = _publicSignals(delivery.jobId, job, delivery.inputWords, delivery.outputWords);
        }
        address verifier = _verifierOf(jobs[0]);
        if (!IGroth16Verifier(verifier).verifyBatch(proofs, publicSignals)) revert BatchInvalid();
        address author = _authorOf(jobs[0]);

        for (uint256 i = 0; i < count; ++i) {
            Delivery calldata delivery = deliveries[i];
            uint256 jobId = delivery.jobId;
            _emitSettled(jobId, jobs[i], verifier, delivery.inputWords, delivery.outputWords, delivery.proof);
            _payDelivery(jobId, jobs[i], author);
        }
        for (uint256 i = 0; i < count; ++i) {
            Delivery calldata delivery = deliveries[i];
            _callBack(delivery.jobId, jobs[i], IJobCallback.onFinalized.selector, delivery.outputWords);
        }
    }

    // Settlement by the policy contracts

    /// @inheritdoc IJobMarket
    function takeJob(uint256 jobId) external nonReentrant {
        Job memory job = _requireKnown(jobId);
        _requirePolicy(jobId, job, Policy.Quorum);
        _requireStatus(jobId, job, JobStatus.Requested);
        _requireInDraw(jobId, job);

        _advance(jobId, JobStatus.Assigned, block.timestamp + job.answerSeconds);
        emit JobTaken(jobId, msg.sender);
    }

    /// @inheritdoc IJobMarket
    function announceResult(
        uint256 jobId,
        address provider,
        uint256 price,
        uint256[] calldata outputWords
    ) external nonReentrant {
        Job memory job = _requireKnown(jobId);
        _requirePolicy(jobId, job, Policy.Optimistic);
        if (job.status == JobStatus.Assigned) _requireAssigned(jobId, job, provider);
        else _requireOpen(jobId, job);
        if (price > job.fee) revert PaymentsExceedFee(jobId, price, job.fee);

        uint256 challengeBefore = block.timestamp + job.windowSeconds;
        _advance(jobId, JobStatus.Answered, challengeBefore);
        // Casting is safe: the fee, a uint96, bounds the price.
        _setProvider(jobId, provider, uint96(price));
        emit JobAnswered(jobId, provider, challengeBefore, outputWords);
        _callBack(jobId, job, IJobCallback.onResult.selector, outputWords);
    }

    /// @inheritdoc IJobMarket
    function settleJob(
        uint256 jobId,
        Payment[] calldata payments,
        uint256[] calldata outputWords
    ) external nonReentrant {
        Job memory job = _requireKnown(jobId);
        _requirePolicy(jobId, job, job.policy);
        _requireStatus(jobId, job, job.policy == Policy.Quorum ? JobStatus.Assigned : JobStatus.Answered);

        _end(jobId, job, JobStatus.Settled, EndReason.Delivered);
        emit JobDecided(jobId, job.modelId, job.policy, outputWords);
        address author = _authorOf(job);
        uint256 spent = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            spent += payments[i].price;
            if (spent > job.fee) revert PaymentsExceedFee(jobId, spent, job.fee);
            _pay(jobId, job, author, payments[i], true);
        }
        _returnUnspent(jobId, job, spent);
        _callBack(jobId, job, IJobCallback.onFinalized.selector, outputWords);
    }

    /// @inheritdoc IJobMarket
    function failJob(uint256 jobId, EndReason reason) external nonReentrant {
        Job memory job = _requireKnown(jobId);
        _requirePolicy(jobId, job, job.policy);
        if (job.status != JobStatus.Answered) _requireStatus(jobId, job, JobStatus.Assigned);
        _refund(jobId, job, reason);
    }

    // Administration

    /// @inheritdoc IJobMarket
    function setProtocolFee(uint256 protocolFeeBps_) external onlyRole(PARAMETER_ROLE) {
        _setProtocolFee(protocolFeeBps_);
    }

    /// @inheritdoc IJobMarket
    function pauseRequests() external onlyRole(GUARDIAN_ROLE) {
        _settings.requestsPaused = true;
        emit RequestsPaused(msg.sender);
    }

    /// @inheritdoc IJobMarket
    function unpauseRequests() external onlyRole(GUARDIAN_ROLE) {
        _settings.requestsPaused = false;
        emit RequestsUnpaused(msg.sender);
    }

    /// @inheritdoc IJobMarket
    function setProtocolContracts(
        address quorumPolicy,
        address optimisticPolicy,
        address requestDesk_
    ) external onlyDeployerOnce {
        (_quorumPolicy, _optimisticPolicy, requestDesk) = (quorumPolicy, optimisticPolicy, requestDesk_);
    }

    // Reading

    /// @inheritdoc IJobMarket
    function jobOf(uint256 jobId) external view returns (Job memory) {
        return _requireKnown(jobId);
    }

    /// @inheritdoc IJobMarket
    function jobCount() external view returns (uint256) {
        return _settings.jobCount;
    }

    /// @inheritdoc IJobMarket
    function protocolFeeBps() external view returns (uint256) {
        return _settings.protocolFeeBps;
    }

    /// @inheritdoc IJobMarket
    function requestsPaused() external view returns (bool) {
        return _settings.requestsPaused;
    }

    /// @inheritdoc IJobMarket
    function policyContractOf(Policy policy) public view returns (address) {
        if (policy == Policy.Proof) return address(this);
        return policy == Policy.Quorum ? _quorumPolicy : _optimisticPolicy;
    }

    /// @inheritdoc IJobMarket
    function bindingOf(uint256 jobId, address provider) public view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), jobId, provider))) >> 8;
    }

    // How a job begins

    function _requestJob(
        address requester,
        address payer,
        JobRequest calldata request
    ) private returns (uint256 jobId) {
        Settings memory settings = _settings;
        if (settings.requestsPaused) revert RequestsArePaused();
        (address verifier, uint8 outputWords, uint8 inputWords, uint16 royaltyBps) = IModelRegistry(modelRegistry)
            .jobTerms(request.modelId, request.version);
        RequestTerms.requireKeepable(request, verifier != address(0));

        jobId = ++settings.jobCount;
        _settings.jobCount = settings.jobCount;
        Job memory job = _newJob(request);
        if (job.policy == Policy.Optimistic && job.panelSize != 0) {
            IProviderSelection(providerSelection).requireJurors(job.modelId, job.version, job.panelSize);
        }
        job.requester = requester;
        job.outputWords = outputWords;
        job.royaltyBps = royaltyBps;
        job.protocolFeeBps = settings.protocolFeeBps;
        job.inputHash = RequestTerms.hashInput(request.inputWords, inputWords);
        job.storeNew(_jobs[jobId]);
        _emitRequested(jobId, job, request);
        _escrowFee(payer, job.token, job.fee, request.fromBalance);
    }

    /// @dev Casts without a check are safe: `requireKeepable` bounds fee, durations and callback gas; times and block
    /// numbers stay below 2^40 for 30,000 years.
    function _newJob(JobRequest calldata request) private view returns (Job memory job) {
        job.status = JobStatus.Requested;
        job.policy = request.policy;
        job.panelSize = request.panelSize;
        job.token = request.token;
        job.fee = uint96(request.fee);
        job.modelId = request.modelId.toUint32();
        job.version = request.version.toUint24();
        job.deadline = uint40(block.timestamp + request.drawSeconds);
        job.drawBlock = uint40(block.number);
        job.drawSeconds = uint24(request.drawSeconds);
        job.answerSeconds = uint24(request.answerSeconds);
        job.openSeconds = uint24(request.openSeconds);
        job.windowSeconds = uint24(request.windowSeconds);
        job.quorum = request.quorum;
        job.inputOffChain = request.inputCid.length != 0;
        if (request.callback == address(0)) return job;
        job.callback = request.callback;
        job.callbackGasLimit = uint24(request.callbackGasLimit);
    }

    function _emitRequested(uint256 jobId, Job memory job, JobRequest calldata request) private {
        emit JobRequested(
            jobId,
            request.modelId,
            job.requester,
            request.version,
            job.policy,
            job.token,
            job.fee,
            job.deadline,
            request.inputWords,
            request.inputCid
        );
    }

    // How it goes on

    function _advance(uint256 jobId, JobStatus status, uint256 deadline) private {
        Job storage stored = _jobs[jobId];
        stored.status = status;
        stored.deadline = uint40(deadline);
    }

    function _setProvider(uint256 jobId, address provider, uint96 price) private {
        Job storage stored = _jobs[jobId];
        (stored.provider, stored.price) = (provider, price);
    }

    function _repeatDraw(uint256 jobId) private {
        _jobs[jobId].drawBlock = uint40(block.number);
        emit DrawRepeated(jobId, block.number);
    }

    /// @dev The job is drawn again, without this provider; after the last attempt its open round begins at once.
    function _endAttempt(uint256 jobId, Job memory job, EndReason reason) private {
        uint256 attempts = uint256(job.attempts) + 1;
        bool drawnAgain = attempts < MAX_ATTEMPTS;
        _advance(jobId, JobStatus.Requested, drawnAgain ? block.timestamp + job.drawSeconds : block.timestamp - 1);
        _setProvider(jobId, address(0), 0);
        Job storage stored = _jobs[jobId];
        stored.reason = reason;
        stored.attempts = uint8(attempts);
        stored.drawBlock = uint40(block.number);
        IProviderSelection(providerSelection).exclude(jobId, job.provider);
    }

    // How a job is delivered

    /// @dev Ends the job before its proof is looked at, so that nothing can come in between, not the same job twice in
    /// one batch either; a proof that does not verify reverts it all. In memory the job keeps the status that it had.
    function _beginDelivery(uint256 jobId, Job memory job) private {
        if (job.policy != Policy.Proof) revert NotPolicyOf(jobId, msg.sender, job.policy);
        if (job.status == JobStatus.Requested) {
            _requireOpen(jobId, job);
            (job.provider, job.price) = (msg.sender, _openPrice(jobId, job));
            _setProvider(jobId, job.provider, job.price);
        } else {
            _requireStatus(jobId, job, JobStatus.Assigned);
            _requireAssigned(jobId, job, msg.sender);
        }
        _end(jobId, job, JobStatus.Settled, EndReason.Delivered);
    }

    /// @dev What the caller asks now, for this version in this token.
    function _openPrice(uint256 jobId, Job memory job) private view returns (uint96) {
        (bool accepted, uint256 ask) = IProviderSelection(providerSelection).askOf(
            msg.sender,
            job.modelId,
            job.version,
            job.token
        );
        if (!accepted || ask > job.fee) revert NotServing(jobId, msg.sender);
        // Casting is safe: the fee, a uint96, bounds the ask.
        return uint96(ask);
    }

    /// @dev The public signals are the words of this job and a binding to it and to its provider, so a proof that was
    /// made for another job, provider, market or chain does not verify here.
    function _publicSignals(
        uint256 jobId,
        Job memory job,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords
    ) private view returns (uint256[] memory publicSignals) {
        bytes32 inputHash = keccak256(abi.encodePacked(inputWords));
        if (inputHash != job.inputHash) revert InputWordsMismatch(jobId, inputHash, job.inputHash);
        if (outputWords.length != job.outputWords) revert OutputWordCountMismatch(outputWords.length, job.outputWords);

        (uint256 outputs, uint256 words) = (outputWords.length, outputWords.length + inputWords.length);
        publicSignals = new uint256[](words + 1);
        assembly ("memory-safe") {
            let first := add(publicSignals, 0x20)
            calldatacopy(first, outputWords.offset, shl(5, outputs))
            calldatacopy(add(first, shl(5, outputs)), inputWords.offset, shl(5, inputWords.length))
        }
        publicSignals[words] = bindingOf(jobId, job.provider);
    }

    /// @dev Arrays of nothing yet: `new` would first fill each place with zeros that the caller throws away.
    function _emptyBatch(uint256 count) private pure returns (Job[] memory jobs, uint256[8][] memory proofs) {
        uint256[] memory jobPlaces = new uint256[](count);
        uint256[] memory proofPlaces = new uint256[](count);
        assembly ("memory-safe") {
            jobs := jobPlaces
            proofs := proofPlaces
        }
    }

    /// @dev Whoever holds the model's token now.
    function _authorOf(Job memory job) private view returns (address) {
        return IERC721(modelRegistry).ownerOf(job.modelId);
    }

    function _verifierOf(Job memory job) private view returns (address verifier) {
        (verifier, ) = IModelRegistry(modelRegistry).verifierOf(job.modelId, job.version);
    }

    function _emitSettled(
        uint256 jobId,
        Job memory job,
        address verifier,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) private {
        emit JobSettled(jobId, job.modelId, job.provider, verifier, outputWords, inputWords, proof);
    }

    function _payDelivery(uint256 jobId, Job memory job, address author) private {
        _pay(jobId, job, author, Payment(job.provider, job.price), job.status == JobStatus.Assigned);
        _returnUnspent(jobId, job, job.price);
    }

    // How a job ends

    /// @dev One provider's price, split; what of it is its delegators' goes to the staking contract's balance.
    function _pay(uint256 jobId, Job memory job, address author, Payment memory payment, bool bonded) private {
        address provider = payment.provider;
        (uint256 providerAmount, uint256 royaltyAmountDown, uint256 protocolAmountDown) = job.splitPrice(payment.price);
        IProviderStaking staking = IProviderStaking(providerStaking);
        uint256 delegatorsAmount =
            bonded
                ? staking.releaseBond(provider, job.token, providerAmount)
                : staking.shareEarnings(provider, job.token, providerAmount);
        _credit(provider, job.token, providerAmount - delegatorsAmount);
        _credit(address(staking), job.token, delegatorsAmount);
        _credit(author, job.token, royaltyAmountDown);
        _credit(treasury, job.token, protocolAmountDown);
        emit FeePaid(jobId, provider, author, providerAmount, royaltyAmountDown, protocolAmountDown, delegatorsAmount);
    }

    function _returnUnspent(uint256 jobId, Job memory job, uint256 spent) private {
        uint256 unspent = job.fee - spent;
        if (unspent == 0) return;
        _credit(job.requester, job.token, unspent);
        emit UnspentReturned(jobId, job.requester, unspent);
    }

    function _refund(uint256 jobId, Job memory job, EndReason reason) private {
        _end(jobId, job, JobStatus.Refunded, reason);
        _credit(job.requester, job.token, job.fee);
        emit JobRefunded(jobId, job.requester, job.fee, reason);
    }

    function _end(uint256 jobId, Job memory job, JobStatus status, EndReason reason) private {
        Job storage stored = _jobs[jobId];
        stored.status = status;
        stored.reason = reason;
        _releaseEscrow(job.token, job.fee);
    }

    /// @dev Last of all, when everybody is paid. The sender pays for the gas and must supply all that the request named,
    /// or the requester would be cheated of its callback.
    function _callBack(uint256 jobId, Job memory job, bytes4 selector, uint256[] calldata outputWords) private {
        if (job.callback == address(0)) return;
        bytes memory data = abi.encodeWithSelector(selector, jobId, outputWords);
        uint256 needed = CappedCall.gasNeeded(job.callbackGasLimit);
        if (gasleft() < needed) revert CallbackGasUnavailable(jobId, gasleft(), needed);
        bool success = CappedCall.callCapped(job.callback, job.callbackGasLimit, data);
        emit CallbackExecuted(jobId, job.callback, success);
    }

    function _setProtocolFee(uint256 protocolFeeBps_) private {
        if (protocolFeeBps_ > MAX_PROTOCOL_FEE_BPS) revert ProtocolFeeTooHigh(protocolFeeBps_, MAX_PROTOCOL_FEE_BPS);
        // Casting is safe: the bound is below 2^16.
        _settings.protocolFeeBps = uint16(protocolFeeBps_);
        emit ProtocolFeeSet(protocolFeeBps_);
    }

    // Checks

    function _requireKnown(uint256 jobId) private view returns (Job memory job) {
        job.load(_jobs[jobId]);
        if (job.status == JobStatus.None) revert JobUnknown(jobId);
    }

    function _requireJob(uint256 jobId, JobStatus expected) private view returns (Job memory job) {
        job = _requireKnown(jobId);
        _requireStatus(jobId, job, expected);
    }

    function _requireStatus(uint256 jobId, Job memory job, JobStatus expected) private pure {
        if (job.status != expected) revert JobNotInStatus(jobId, job.status, expected);
    }

    /// @dev Nobody can send as the market, so a job of the proof policy has no such caller.
    function _requirePolicy(uint256 jobId, Job memory job, Policy policy) private view {
        if (job.policy != policy || msg.sender != policyContractOf(policy)) {
            revert NotPolicyOf(jobId, msg.sender, job.policy);
        }
    }

    function _requireDrawable(uint256 jobId) private view returns (Job memory job) {
        job = _requireJob(jobId, JobStatus.Requested);
        if (job.policy == Policy.Quorum) revert DrawnByPolicy(jobId, job.policy);
        _requireInDraw(jobId, job);
    }

    function _requireInDraw(uint256 jobId, Job memory job) private view {
        if (!job.isDrawable()) revert DrawClosed(jobId, uint256(job.deadline));
    }

    function _requireAssigned(uint256 jobId, Job memory job, address provider) private view {
        if (provider != job.provider) revert NotAssignedProvider(jobId, provider, job.provider);
        if (block.timestamp > job.deadline) revert AnswerDeadlinePassed(jobId, uint256(job.deadline));
    }

    function _requireOpen(uint256 jobId, Job memory job) private view {
        _requireStatus(jobId, job, JobStatus.Requested);
        if (!job.isOpen()) revert JobNotOpen(jobId, _openBefore(job));
    }

    function _openBefore(Job memory job) private pure returns (uint256) {
        return uint256(job.deadline) + job.openSeconds;
    }

    function _drawExpired(Job memory job) private view returns (bool) {
        return IProviderSelection(providerSelection).drawExpired(job.drawBlock);
    }

    function _drawTerms(uint256 jobId, Job memory job) private pure returns (DrawTerms memory) {
        return
            DrawTerms({
                jobId: jobId,
                modelId: job.modelId,
                version: job.version,
                token: job.token,
                maxAsk: job.fee,
                drawBlock: job.drawBlock,
                inputOffChain: job.inputOffChain,
                answerSeconds: job.answerSeconds
            });
    }
}
