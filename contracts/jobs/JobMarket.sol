// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IJobCallback} from "../interfaces/IJobCallback.sol";
import {IJobMarket, JobRequest} from "../interfaces/IJobMarket.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IProviderStaking} from "../interfaces/IProviderStaking.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {CappedCall} from "../libraries/CappedCall.sol";
import {PermitLib} from "../libraries/PermitLib.sol";
import {EndReason, Job, JobStatus} from "../types/Job.sol";

/// @title Job market
/// @dev One story: escrow and life of a job. Every path that ends a job goes through `_settle` or `_refund`, which leave
/// the only two statuses that no function accepts; money leaves through `withdraw` alone.
contract JobMarket is IJobMarket, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot a token: a settlement moves an amount from one half to the other.
    struct Totals {
        uint128 openEscrow;
        uint128 claimable;
    }

    /// @inheritdoc IJobMarket
    uint256 public constant MAX_ATTEMPTS = 3;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_CALLBACK_GAS = 1_000_000;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_PROTOCOL_FEE_BPS = 1_000;
    /// @inheritdoc IJobMarket
    uint256 public constant MIN_DURATION_SECONDS = 10;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_CLAIM_SECONDS = 30 days;
    /// @inheritdoc IJobMarket
    uint256 public constant MAX_PROVE_SECONDS = 1 days;
    uint256 private constant MAX_CID_BYTES = 64;
    address private constant ETHER = address(0);

    /// @inheritdoc IJobMarket
    address public immutable modelRegistry;
    /// @inheritdoc IJobMarket
    address public immutable providerStaking;
    /// @inheritdoc IJobMarket
    address public immutable treasury;
    /// @inheritdoc IJobMarket
    uint256 public immutable bondAmount;

    /// @inheritdoc IJobMarket
    uint256 public protocolFeeBps;
    /// @inheritdoc IJobMarket
    uint256 public jobCount;
    mapping(uint256 jobId => Job) private _jobs;
    mapping(address token => Totals) private _totals;
    /// @inheritdoc IJobMarket
    mapping(address account => mapping(address token => uint256)) public claimableOf;

    constructor(
        address owner_,
        address modelRegistry_,
        address providerStaking_,
        uint256 bondAmount_,
        uint256 protocolFeeBps_
    ) Ownable(owner_) {
        modelRegistry = modelRegistry_;
        providerStaking = providerStaking_;
        treasury = IProviderStaking(providerStaking_).treasury();
        bondAmount = bondAmount_;
        _setProtocolFee(protocolFeeBps_);
    }

    /// @inheritdoc IJobMarket
    function requestJob(JobRequest calldata request) external payable nonReentrant returns (uint256 jobId) {
        return _requestJob(request);
    }

    /// @inheritdoc IJobMarket
    function requestJobWithPermit(
        JobRequest calldata request,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 jobId) {
        PermitLib.tryPermit(request.token, request.fee, permitDeadline, v, r, s);
        return _requestJob(request);
    }

    /// @inheritdoc IJobMarket
    function claimJob(uint256 jobId) external nonReentrant {
        Job storage job = _requireJob(jobId, JobStatus.Requested);
        if (block.timestamp > job.claimBefore) revert ClaimWindowClosed(jobId, job.claimBefore);

        uint256 proveBefore = block.timestamp + job.proveSeconds;
        job.status = JobStatus.Assigned;
        job.provider = msg.sender;
        job.proveBefore = uint64(proveBefore);
        emit JobClaimed(jobId, msg.sender, proveBefore, job.attempts + 1);
        IProviderStaking(providerStaking).lockBond(msg.sender, bondAmount);
    }

    /// @inheritdoc IJobMarket
    function submitProof(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Assigned);
        if (msg.sender != job.provider) revert NotAssignedProvider(jobId, msg.sender, job.provider);
        if (block.timestamp > job.proveBefore) revert ProveDeadlinePassed(jobId, job.proveBefore);
        address verifier = _requireProof(jobId, job, inputWords, outputWords, proof);

        emit JobSettled(jobId, job.modelId, msg.sender, verifier, outputWords, inputWords, proof);
        _settle(jobId, job);
        IProviderStaking(providerStaking).releaseBond(msg.sender, bondAmount);
        _callBack(jobId, job, outputWords);
    }

    /// @inheritdoc IJobMarket
    function expireClaim(uint256 jobId) external nonReentrant {
        Job storage job = _requireJob(jobId, JobStatus.Assigned);
        if (block.timestamp <= job.proveBefore) revert ProveDeadlineNotPassed(jobId, job.proveBefore);

        address provider = job.provider;
        job.attempts += 1;
        emit ClaimExpired(jobId, provider, bondAmount);
        if (job.attempts < MAX_ATTEMPTS && block.timestamp <= job.claimBefore) {
            job.status = JobStatus.Requested;
            job.provider = address(0);
            job.proveBefore = 0;
        } else {
            _refund(jobId, EndReason.ProviderTimeout);
        }
        IProviderStaking(providerStaking).slashBond(provider, bondAmount, job.requester);
    }

    /// @inheritdoc IJobMarket
    function refundJob(uint256 jobId) external nonReentrant {
        Job memory job = _requireJob(jobId, JobStatus.Requested);
        if (block.timestamp <= job.claimBefore) revert JobStillOpen(jobId, job.claimBefore);
        _refund(jobId, job.endReasonWithoutAnswer());
    }

    /// @inheritdoc IJobMarket
    function cancelJob(uint256 jobId) external nonReentrant {
        Job storage job = _requireJob(jobId, JobStatus.Requested);
        if (msg.sender != job.requester) revert NotRequester(jobId, msg.sender, job.requester);
        _refund(jobId, EndReason.Cancelled);
    }

    /// @inheritdoc IJobMarket
    function withdraw(address token, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert RecipientInvalid(to);
        amount = claimableOf[msg.sender][token];
        if (amount == 0) revert NothingClaimable(msg.sender, token);

        claimableOf[msg.sender][token] = 0;
        // Casting is safe: the total, a uint128, contains the amount.
        _totals[token].claimable -= uint128(amount);
        emit Withdrawn(msg.sender, token, amount, to);
        if (token != ETHER) IERC20(token).safeTransfer(to, amount);
        else if (!LowLevelCall.callNoReturn(to, amount, "")) revert EtherTransferFailed(to, amount);
    }

    /// @inheritdoc IJobMarket
    function setProtocolFee(uint256 protocolFeeBps_) external onlyOwner {
        _setProtocolFee(protocolFeeBps_);
    }

    /// @inheritdoc IJobMarket
    function jobOf(uint256 jobId) external view returns (Job memory job) {
        job = _jobs[jobId];
        if (job.status == JobStatus.None) revert JobUnknown(jobId);
    }

    /// @inheritdoc IJobMarket
    function openEscrowOf(address token) external view returns (uint256) {
        return _totals[token].openEscrow;
    }

    /// @inheritdoc IJobMarket
    function totalClaimableOf(address token) external view returns (uint256) {
        return _totals[token].claimable;
    }

    /// @inheritdoc IJobMarket
    function bindingOf(uint256 jobId, address provider) public view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), jobId, provider))) >> 8;
    }

    function _requestJob(JobRequest calldata request) private returns (uint256 jobId) {
        uint256 etherExpected = request.token == ETHER ? request.fee : 0;
        if (msg.value != etherExpected) revert EtherAmountMismatch(msg.value, etherExpected);
        _requireTerms(request);

        jobId = ++jobCount;
        uint256 claimBefore = block.timestamp + request.claimSeconds;
        _storeJob(_jobs[jobId], request, claimBefore);
        // Casting is safe: `_requireTerms` bounds the fee below 2^96.
        _totals[request.token].openEscrow += uint128(request.fee);
        emit JobRequested(
            jobId,
            request.modelId,
            msg.sender,
            request.version,
            request.token,
            request.fee,
            claimBefore,
            request.inputWords,
            request.inputCid
        );
        if (request.token != ETHER) _pullExactly(IERC20(request.token), request.fee);
    }

    function _requireTerms(JobRequest calldata request) private view {
        if (request.fee == 0) revert FeeZero();
        if (request.fee > type(uint96).max) revert FeeTooHigh(request.fee);
        _requireDuration(request.claimSeconds, MAX_CLAIM_SECONDS);
        _requireDuration(request.proveSeconds, MAX_PROVE_SECONDS);
        if (request.inputCid.length > MAX_CID_BYTES) revert InputCidTooLong(request.inputCid.length);
        if (request.callback == address(0)) return;
        if (request.callback.code.length == 0) revert CallbackNotContract(request.callback);
        if (request.callbackGasLimit > MAX_CALLBACK_GAS) {
            revert CallbackGasTooHigh(request.callbackGasLimit, MAX_CALLBACK_GAS);
        }
    }

    function _requireDuration(uint256 durationSeconds, uint256 maxSeconds) private pure {
        if (durationSeconds < MIN_DURATION_SECONDS || durationSeconds > maxSeconds) {
            revert DurationInvalid(durationSeconds, MIN_DURATION_SECONDS, maxSeconds);
        }
    }

    /// @dev Casts are safe: the registry knows the model and version, and counts both far below 2^64; the fees' bounds
    /// are below 2^16; a time of day plus 30 days is below 2^64.
    function _storeJob(Job storage job, JobRequest calldata request, uint256 claimBefore) private {
        (, uint8 outputWords, uint8 inputWords, uint16 royaltyBps) = IModelRegistry(modelRegistry).jobTerms(
            request.modelId,
            request.version
        );
        job.inputHash = _hashInput(request.inputWords, inputWords);
        job.requester = msg.sender;
        job.status = JobStatus.Requested;
        job.policy = request.policy;
        job.royaltyBps = royaltyBps;
        job.protocolFeeBps = uint16(protocolFeeBps);
        job.token = request.token;
        job.fee = uint96(request.fee);
        job.modelId = uint64(request.modelId);
        job.version = uint64(request.version);
        job.claimBefore = uint64(claimBefore);
        job.proveSeconds = request.proveSeconds;
        job.outputWords = outputWords;
        if (request.callback != address(0)) {
            job.callback = request.callback;
            job.callbackGasLimit = request.callbackGasLimit;
        }
    }

    function _hashInput(uint256[] calldata words, uint256 expected) private pure returns (bytes32) {
        if (words.length != expected) revert InputWordCountMismatch(words.length, expected);
        for (uint256 i = 0; i < words.length; ++i) {
            if (words[i] >= Bn254.SCALAR_ORDER) revert InputWordTooLarge(i, words[i]);
        }
        return keccak256(abi.encodePacked(words));
    }

    function _pullExactly(IERC20 token, uint256 amount) private {
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - balanceBefore;
        if (received != amount) revert TokenAmountMismatch(address(token), received, amount);
    }

    /// @dev The public signals are the words of this job and a binding to it and to its provider, so a proof that was
    /// made for another job, provider, market or chain does not verify here.
    function _requireProof(
        uint256 jobId,
        Job memory job,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) private view returns (address verifier) {
        bytes32 inputHash = keccak256(abi.encodePacked(inputWords));
        if (inputHash != job.inputHash) revert InputWordsMismatch(jobId, inputHash, job.inputHash);
        if (outputWords.length != job.outputWords) revert OutputWordCountMismatch(outputWords.length, job.outputWords);

        (verifier, ) = IModelRegistry(modelRegistry).verifierOf(job.modelId, job.version);
        uint256[] memory publicSignals = new uint256[](outputWords.length + inputWords.length + 1);
        uint256 position = 0;
        for (uint256 i = 0; i < outputWords.length; ++i) publicSignals[position++] = outputWords[i];
        for (uint256 i = 0; i < inputWords.length; ++i) publicSignals[position++] = inputWords[i];
        publicSignals[position] = bindingOf(jobId, job.provider);
        if (!IGroth16Verifier(verifier).verifyProof(proof, publicSignals)) revert ProofInvalid(jobId);
    }

    function _settle(uint256 jobId, Job memory job) private {
        _end(jobId, JobStatus.Settled, EndReason.Delivered, job.token, job.fee);
        address author = IERC721(modelRegistry).ownerOf(job.modelId);
        (uint256 providerAmount, uint256 royaltyAmountDown, uint256 protocolAmountDown) = job.splitFee();
        _credit(job.provider, job.token, providerAmount);
        _credit(author, job.token, royaltyAmountDown);
        _credit(treasury, job.token, protocolAmountDown);
        emit FeePaid(jobId, author, providerAmount, royaltyAmountDown, protocolAmountDown);
    }

    function _refund(uint256 jobId, EndReason reason) private {
        Job storage job = _jobs[jobId];
        (address requester, address token, uint96 fee) = (job.requester, job.token, job.fee);
        _end(jobId, JobStatus.Refunded, reason, token, fee);
        _credit(requester, token, fee);
        emit JobRefunded(jobId, requester, fee, reason);
    }

    /// @dev The whole fee turns from escrow into claimable balances, which the caller credits.
    function _end(uint256 jobId, JobStatus status, EndReason reason, address token, uint96 fee) private {
        Job storage job = _jobs[jobId];
        job.status = status;
        job.reason = reason;
        Totals storage totals = _totals[token];
        totals.openEscrow -= fee;
        totals.claimable += fee;
    }

    function _credit(address account, address token, uint256 amount) private {
        if (amount != 0) claimableOf[account][token] += amount;
    }

    /// @dev Last of all, when everybody is paid. The provider pays for the gas and must supply all that the request
    /// named, or the requester would be cheated of its callback.
    function _callBack(uint256 jobId, Job memory job, uint256[] calldata outputWords) private {
        if (job.callback == address(0)) return;
        bytes memory data = abi.encodeCall(IJobCallback.onResult, (jobId, outputWords));
        uint256 needed = CappedCall.gasNeeded(job.callbackGasLimit);
        if (gasleft() < needed) revert CallbackGasUnavailable(jobId, gasleft(), needed);
        bool success = CappedCall.callCapped(job.callback, job.callbackGasLimit, data);
        emit CallbackExecuted(jobId, job.callback, success);
    }

    function _setProtocolFee(uint256 protocolFeeBps_) private {
        if (protocolFeeBps_ > MAX_PROTOCOL_FEE_BPS) revert ProtocolFeeTooHigh(protocolFeeBps_, MAX_PROTOCOL_FEE_BPS);
        protocolFeeBps = protocolFeeBps_;
        emit ProtocolFeeSet(protocolFeeBps_);
    }

    function _requireJob(uint256 jobId, JobStatus expected) private view returns (Job storage job) {
        job = _jobs[jobId];
        JobStatus status = job.status;
        if (status == JobStatus.None) revert JobUnknown(jobId);
        if (status != expected) revert JobNotInStatus(jobId, status, expected);
    }
}
