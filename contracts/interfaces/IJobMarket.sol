// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EndReason, Job, JobStatus, Policy} from "../types/Job.sol";

/// @notice What a requester asks for.
/// @param modelId the model's token
/// @param version the model's version, from 1
/// @param policy how the answer is settled
/// @param token the ERC-20 that pays; the zero address for ETH
/// @param fee what is paid for the answer, in units of `token`; all of it goes into escrow
/// @param claimSeconds how long providers may claim the job
/// @param proveSeconds how long a provider has from its claim to its answer
/// @param callback the contract whose `onResult` is called; zero for none
/// @param callbackGasLimit gas for the callback
/// @param inputWords the public input words, each below the BN254 scalar field order
/// @param inputCid binary CID of the input's bytes, where the words only commit to it; empty where they are the input
struct JobRequest {
    uint256 modelId;
    uint256 version;
    Policy policy;
    address token;
    uint256 fee;
    uint32 claimSeconds;
    uint32 proveSeconds;
    address callback;
    uint32 callbackGasLimit;
    uint256[] inputWords;
    bytes inputCid;
}

/// @title Job market
/// @notice Escrow and life of a job: Requested → Assigned → Settled, or Refunded.
/// For each token, what the market holds equals open escrows plus claimable balances (and what anyone gave it unasked).
/// Tokens whose balances change by themselves are not supported. The owner can set the fee of future jobs, nothing else.
interface IJobMarket {
    event JobRequested(
        uint256 indexed jobId,
        uint256 indexed modelId,
        address indexed requester,
        uint256 version,
        address token,
        uint256 fee,
        uint256 claimBefore,
        uint256[] inputWords,
        bytes inputCid
    );
    event JobClaimed(uint256 indexed jobId, address indexed provider, uint256 proveBefore, uint256 attempt);
    /// @notice The provider missed its deadline: its bond is cut and the job is open again, or refunded.
    event ClaimExpired(uint256 indexed jobId, address indexed provider, uint256 slashed);
    /// @notice The proof was verified and the escrow paid out. Everything needed to check it again is here.
    event JobSettled(
        uint256 indexed jobId,
        uint256 indexed modelId,
        address indexed provider,
        address verifier,
        uint256[] outputWords,
        uint256[] inputWords,
        uint256[8] proof
    );
    event FeePaid(
        uint256 indexed jobId,
        address indexed author,
        uint256 providerAmount,
        uint256 royaltyAmount,
        uint256 protocolAmount
    );
    event CallbackExecuted(uint256 indexed jobId, address indexed callback, bool success);
    event JobRefunded(uint256 indexed jobId, address indexed requester, uint256 amount, EndReason reason);
    event Withdrawn(address indexed account, address indexed token, uint256 amount, address to);
    event ProtocolFeeSet(uint256 protocolFeeBps);

    error JobUnknown(uint256 jobId);
    error JobNotInStatus(uint256 jobId, JobStatus status, JobStatus expected);
    error FeeZero();
    /// @notice A fee is below 2^96 units.
    error FeeTooHigh(uint256 fee);
    error EtherAmountMismatch(uint256 sent, uint256 expected);
    /// @notice The token delivered another amount than was asked for: tokens that take a fee are not accepted.
    error TokenAmountMismatch(address token, uint256 received, uint256 expected);
    error DurationInvalid(uint256 durationSeconds, uint256 minSeconds, uint256 maxSeconds);
    error InputWordCountMismatch(uint256 count, uint256 expected);
    error OutputWordCountMismatch(uint256 count, uint256 expected);
    error InputWordTooLarge(uint256 index, uint256 word);
    error InputWordsMismatch(uint256 jobId, bytes32 given, bytes32 expected);
    error InputCidTooLong(uint256 length);
    error CallbackGasTooHigh(uint256 gasLimit, uint256 maxGasLimit);
    error CallbackNotContract(address callback);
    error CallbackGasUnavailable(uint256 jobId, uint256 available, uint256 needed);
    error ClaimWindowClosed(uint256 jobId, uint256 claimBefore);
    error ProveDeadlinePassed(uint256 jobId, uint256 proveBefore);
    error ProveDeadlineNotPassed(uint256 jobId, uint256 proveBefore);
    error JobStillOpen(uint256 jobId, uint256 claimBefore);
    error NotAssignedProvider(uint256 jobId, address caller, address provider);
    error NotRequester(uint256 jobId, address caller, address requester);
    error ProofInvalid(uint256 jobId);
    error NothingClaimable(address account, address token);
    /// @notice Money is paid neither to the zero address nor to the market itself.
    error RecipientInvalid(address to);
    error ProtocolFeeTooHigh(uint256 protocolFeeBps, uint256 maxProtocolFeeBps);
    error EtherTransferFailed(address to, uint256 amount);

    /// @notice Opens a job and takes its fee into escrow. With ETH, msg.value must equal the fee; else it must be zero.
    function requestJob(JobRequest calldata request) external payable returns (uint256 jobId);

    /// @notice As `requestJob` with an ERC-2612 permit for the fee; a permit that someone used first does not block it.
    function requestJobWithPermit(
        JobRequest calldata request,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 jobId);

    /// @notice Claims an open job exclusively and locks the caller's bond.
    function claimJob(uint256 jobId) external;

    /// @notice Delivers the answer: verifies, pays, releases the bond, then calls back. Assigned provider only.
    /// @param inputWords the words of the request, checked against the stored hash
    /// @param outputWords the answer
    /// @param proof A, B, C as IGroth16Verifier orders them
    function submitProof(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external;

    /// @notice Ends a claim past its deadline: cuts the bond; the job opens again, or is refunded after the last attempt
    /// or once its claim window has closed. Anyone may call it.
    function expireClaim(uint256 jobId) external;

    /// @notice Refunds a job that nobody claimed in time. Anyone may call it.
    function refundJob(uint256 jobId) external;

    /// @notice Cancels a job that is not claimed and refunds it in full. Requester only.
    function cancelJob(uint256 jobId) external;

    /// @notice Pays out the caller's whole balance of a token.
    function withdraw(address token, address to) external returns (uint256 amount);

    /// @notice Sets the protocol's share of jobs requested from now on. Owner only.
    function setProtocolFee(uint256 protocolFeeBps) external;

    function jobOf(uint256 jobId) external view returns (Job memory);
    function jobCount() external view returns (uint256);
    function claimableOf(address account, address token) external view returns (uint256);
    /// @notice Sum of the escrows of all jobs that have not ended, per token.
    function openEscrowOf(address token) external view returns (uint256);
    /// @notice Sum of all claimable balances, per token.
    function totalClaimableOf(address token) external view returns (uint256);
    /// @notice The last public signal: uint256(keccak256(abi.encode(chainId, market, jobId, provider))) >> 8.
    function bindingOf(uint256 jobId, address provider) external view returns (uint256);
    /// @notice What a provider must have as free stake to claim a job. Fixed for the life of the market.
    function bondAmount() external view returns (uint256);
    /// @notice The protocol's share of jobs requested from now on, in basis points.
    function protocolFeeBps() external view returns (uint256);
    /// @notice The registry whose models this market sells, and whose token holders get the royalties.
    function modelRegistry() external view returns (address);
    /// @notice Where bonds are locked.
    function providerStaking() external view returns (address);
    /// @notice Receives the protocol's share.
    function treasury() external view returns (address);
    /// @notice Claims that a job survives: after this many missed deadlines it is refunded.
    function MAX_ATTEMPTS() external view returns (uint256);
    function MAX_CALLBACK_GAS() external view returns (uint256);
    function MAX_PROTOCOL_FEE_BPS() external view returns (uint256);
    /// @notice Shortest claim window and shortest time to prove, in seconds.
    function MIN_DURATION_SECONDS() external view returns (uint256);
    function MAX_CLAIM_SECONDS() external view returns (uint256);
    function MAX_PROVE_SECONDS() external view returns (uint256);
}
