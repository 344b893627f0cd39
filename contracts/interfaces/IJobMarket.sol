// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EndReason, Job, JobStatus, Policy} from "../types/Job.sol";

/// @notice What a requester asks for.
/// @param modelId the model's token
/// @param version the model's version, from 1
/// @param policy how the answer is settled
/// @param panelSize Quorum: providers drawn (3 to 15). Optimistic: jurors for a version without a circuit (3 to 15, and two
/// less than it has listed providers), else 0. Proof: 0
/// @param quorum Quorum: equal answers that decide, more than half of panelSize. Optimistic: panelSize / 2 + 1 rounded down;
/// 0 where panelSize is 0
/// @param token the ERC-20 that pays; the zero address for ETH
/// @param fee the most that the job may cost, in units of `token`; all of it goes into escrow, what is not spent comes
/// back as claimable balance. A panel's members may ask at most fee / panelSize each
/// @param fromBalance whether the fee is drawn from the payer's claimable balance instead of its wallet
/// @param drawSeconds how long providers are drawn for the job; starts anew with each failed attempt
/// @param answerSeconds how long an assigned provider has to answer (Quorum: to commit)
/// @param openSeconds how long, after the draws, any serving provider may deliver; 0 for no open round (Quorum: 0)
/// @param windowSeconds Quorum: time to reveal. Optimistic: time to challenge. Proof: 0
/// @param callback the contract that is told the answer (IJobCallback); zero for none
/// @param callbackGasLimit gas for the callback, at least 1 if there is one
/// @param inputWords the public input words, each below the BN254 scalar field order
/// @param inputCid binary CID of the input's bytes, where the words only commit to it; empty where they are the input
struct JobRequest {
    uint256 modelId;
    uint256 version;
    Policy policy;
    uint8 panelSize;
    uint8 quorum;
    address token;
    uint256 fee;
    bool fromBalance;
    uint32 drawSeconds;
    uint32 answerSeconds;
    uint32 openSeconds;
    uint32 windowSeconds;
    address callback;
    uint32 callbackGasLimit;
    uint256[] inputWords;
    bytes inputCid;
}

/// @notice A proven answer.
/// @param inputWords the words of the request, checked against the stored hash
/// @param outputWords the answer
/// @param proof A, B, C as IGroth16Verifier orders them
struct Delivery {
    uint256 jobId;
    uint256[] inputWords;
    uint256[] outputWords;
    uint256[8] proof;
}

/// @notice What a policy contract says a provider earned: its ask, before royalty and protocol share.
struct Payment {
    address provider;
    uint256 price;
}

/// @title Job market
/// @notice Escrow and life of a job: Requested → Assigned → Settled, or Refunded; Answered between, where an answer can be
/// challenged. Providers are drawn (IProviderSelection); nobody chooses. The proof policy is settled here, the other two
/// by the policy contracts, which can pay providers out of the job's own escrow or refund it, and nothing else.
/// For each token, what the market holds equals open escrows plus claimable balances (and what anyone gave it unasked).
/// A claimable balance is one's own: to withdraw, to pay for requests (so it serves as a prepaid balance), to give away.
/// Tokens whose balances change by themselves are not supported. Administration can set the fee of future jobs within its
/// bound and pause new requests, nothing else.
interface IJobMarket {
    event JobRequested(
        uint256 indexed jobId,
        uint256 indexed modelId,
        address indexed requester,
        uint256 version,
        Policy policy,
        address token,
        uint256 fee,
        uint256 drawBefore,
        uint256[] inputWords,
        bytes inputCid
    );
    event JobAssigned(
        uint256 indexed jobId,
        address indexed provider,
        uint256 price,
        uint256 answerBefore,
        uint256 attempt
    );
    /// @notice A policy contract has drawn a panel for the job.
    event JobTaken(uint256 indexed jobId, address indexed policyContract);
    /// @notice No candidate was free and cheap enough within the bound of one draw, or the randomness of `drawBlock` is
    /// out of reach: the next draw is of the candidates of this block.
    event DrawRepeated(uint256 indexed jobId, uint256 drawBlock);
    /// @notice The assigned provider stepped back without loss; the job is drawn again, or opened after the last attempt.
    event JobDeclined(uint256 indexed jobId, address indexed provider, EndReason reason);
    /// @notice The provider missed its deadline and lost its bond; the job is drawn again, or opened after the last attempt.
    event AssignmentExpired(uint256 indexed jobId, address indexed provider, uint256 slashed);
    /// @notice An answer that can be challenged until `challengeBefore`. Not final.
    event JobAnswered(uint256 indexed jobId, address indexed provider, uint256 challengeBefore, uint256[] outputWords);
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
    /// @notice A policy contract settled the job without a proof: a quorum, or an answer that stands.
    event JobDecided(uint256 indexed jobId, uint256 indexed modelId, Policy policy, uint256[] outputWords);
    /// @notice One provider's price, split. `delegatorsAmount` is the part of `providerAmount` that is its delegators'.
    event FeePaid(
        uint256 indexed jobId,
        address indexed provider,
        address indexed author,
        uint256 providerAmount,
        uint256 royaltyAmount,
        uint256 protocolAmount,
        uint256 delegatorsAmount
    );
    /// @notice What the job did not cost is claimable by its requester again.
    event UnspentReturned(uint256 indexed jobId, address indexed requester, uint256 amount);
    event CallbackExecuted(uint256 indexed jobId, address indexed callback, bool success);
    event JobRefunded(uint256 indexed jobId, address indexed requester, uint256 amount, EndReason reason);
    event Deposited(address indexed account, address indexed token, uint256 amount, address indexed payer);
    event BalanceTransferred(address indexed from, address indexed to, address indexed token, uint256 amount);
    event Withdrawn(address indexed account, address indexed token, uint256 amount, address to);
    event ProtocolFeeSet(uint256 protocolFeeBps);
    event RequestsPaused(address by);
    event RequestsUnpaused(address by);

    error JobUnknown(uint256 jobId);
    error JobNotInStatus(uint256 jobId, JobStatus status, JobStatus expected);
    error RequestsArePaused();
    error FeeZero();
    /// @notice A fee is below 2^96 units.
    error FeeTooHigh(uint256 fee);
    error EtherAmountMismatch(uint256 sent, uint256 expected);
    /// @notice The token delivered another amount than was asked for: tokens that take a fee are not accepted.
    error TokenAmountMismatch(address token, uint256 received, uint256 expected);
    error BalanceInsufficient(address account, address token, uint256 available, uint256 needed);
    /// @notice All escrows and balances of one token together stay below 2^128 units.
    error LedgerFull(uint256 amount, uint256 room);
    error DurationInvalid(uint256 durationSeconds, uint256 minSeconds, uint256 maxSeconds);
    /// @notice The terms that belong to a policy do not fit it: see JobRequest.
    error PolicyTermsInvalid(Policy policy, uint256 panelSize, uint256 quorum, uint256 windowSeconds);
    /// @notice The version has no circuit, so nothing can prove its answers: ask for another policy.
    error VersionHasNoCircuit(uint256 modelId, uint256 version);
    error InputWordCountMismatch(uint256 count, uint256 expected);
    error OutputWordCountMismatch(uint256 count, uint256 expected);
    error InputWordTooLarge(uint256 index, uint256 word);
    error InputWordsMismatch(uint256 jobId, bytes32 given, bytes32 expected);
    error InputCidTooLong(uint256 length);
    error CallbackGasInvalid(uint256 gasLimit, uint256 maxGasLimit);
    error CallbackNotContract(address callback);
    error CallbackGasUnavailable(uint256 jobId, uint256 available, uint256 needed);
    error RequesterZero();
    /// @notice The time in which providers are drawn is over.
    error DrawClosed(uint256 jobId, uint256 drawBefore);
    /// @notice The job is not drawn by the market but by its policy's contract.
    error DrawnByPolicy(uint256 jobId, Policy policy);
    error AnswerDeadlinePassed(uint256 jobId, uint256 answerBefore);
    error AnswerDeadlineNotPassed(uint256 jobId, uint256 answerBefore);
    error JobStillOpen(uint256 jobId, uint256 openBefore);
    error JobNotOpen(uint256 jobId, uint256 openBefore);
    error JobInOpenRound(uint256 jobId, uint256 openBefore);
    error NotAssignedProvider(uint256 jobId, address caller, address provider);
    /// @notice In the open round: the caller has not listed this version at a price within the fee.
    error NotServing(uint256 jobId, address caller);
    error NotRequester(uint256 jobId, address caller, address requester);
    error NotPolicyOf(uint256 jobId, address caller, Policy policy);
    error NotRequestDesk(address caller);
    error DeclineReasonInvalid(EndReason reason);
    /// @notice The provider has stepped back MAX_DECLINES_PER_DAY times today (IProviderSelection).
    error DeclinesUsedUp(address provider);
    error ProofInvalid(uint256 jobId);
    /// @notice At least one of the batch's proofs does not verify, or a version differs: settle them one by one.
    error BatchInvalid();
    error BatchVersionMismatch(uint256 jobId, uint256 modelId, uint256 version);
    error BatchEmpty();
    error PaymentsExceedFee(uint256 jobId, uint256 payments, uint256 fee);
    error NothingClaimable(address account, address token);
    /// @notice Money is paid neither to the zero address nor to the market itself.
    error RecipientInvalid(address to);
    error ProtocolFeeTooHigh(uint256 protocolFeeBps, uint256 maxProtocolFeeBps);
    error EtherTransferFailed(address to, uint256 amount);

    // Requesting

    /// @notice Opens a job and takes its fee into escrow: from msg.value, which must equal the fee; from the caller's
    /// tokens; or from its claimable balance. What is not spent comes back to the caller's claimable balance.
    function requestJob(JobRequest calldata request) external payable returns (uint256 jobId);

    /// @notice As `requestJob`, with an ERC-2612 permit for the fee; a permit that someone used first does not block it.
    function requestJobWithPermit(
        JobRequest calldata request,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 jobId);

    /// @notice Pays for somebody else's job: the caller's money, the requester's job, refund and bond share.
    function requestJobFor(address requester, JobRequest calldata request) external payable returns (uint256 jobId);

    /// @notice Opens a job with the requester's own money, from its balance or its allowance to the market. The request
    /// desk only, which has checked the requester's signature.
    function requestJobFrom(address requester, JobRequest calldata request) external returns (uint256 jobId);

    /// @notice Several calls in one transaction. msg.value is first credited to the caller's claimable balance, so
    /// requests in ETH within say `fromBalance`. With ETH, only functions that are payable can be among the calls.
    function multicall(bytes[] calldata calls) external payable returns (bytes[] memory results);

    /// @notice Cancels a job that is not assigned and refunds it in full. Requester only, not in the open round.
    function cancelJob(uint256 jobId) external;

    // Balances

    /// @notice Adds to an account's claimable balance. With ETH (token zero), msg.value must equal the amount.
    function deposit(address token, uint256 amount, address account) external payable;

    /// @notice Gives part of the caller's claimable balance to another account.
    function transferBalance(address to, address token, uint256 amount) external;

    /// @notice Pays out the caller's whole balance of a token.
    function withdraw(address token, address to) external returns (uint256 amount);

    // Assignment (proof and optimistic policies; a quorum's panel is drawn by its policy contract)

    /// @notice Draws the job's provider and locks its bond. Anyone may call it, once the block drawBlock + SEED_DELAY_BLOCKS
    /// has a successor. If nobody can be drawn the next draw is of this block's candidates (DrawRepeated).
    /// @param header the RLP encoding of the header of block drawBlock + SEED_DELAY_BLOCKS
    function assignJob(uint256 jobId, bytes calldata header) external;

    /// @notice Whom `assignJob` would draw now; zero for nobody.
    function previewAssignment(
        uint256 jobId,
        bytes calldata header
    ) external view returns (address provider, uint256 price);

    /// @notice Steps back from a job without loss, a limited number of times a day. Assigned provider only, in time.
    /// @param reason ContentUnavailable, InvalidProof (the version's key gives none) or ProviderDeclined
    function declineJob(uint256 jobId, EndReason reason) external;

    /// @notice Ends an assignment past its deadline and cuts the bond: half to the requester, half to the treasury; all to
    /// the treasury where the input lies off the chain, which its requester may have withheld. The job is drawn again,
    /// after the last attempt opened to all. Anyone may call it.
    function expireAssignment(uint256 jobId) external;

    /// @notice Refunds a job whose open round is over. Anyone may call it.
    function refundJob(uint256 jobId) external;

    // Settlement by proof

    /// @notice Delivers a proven answer: verifies, pays, releases the bond, then calls back. The assigned provider; in the
    /// open round any provider that serves the version within the fee, for its own ask and without a bond.
    function submitProof(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external;

    /// @notice As many `submitProof` by one caller on one version, checked together at the price of n + 3 pairings.
    /// All are settled or none.
    function settleBatch(Delivery[] calldata deliveries) external;

    // Settlement by the policy contracts, each for jobs of its own policy

    /// @notice Requested → Assigned: a panel was drawn.
    function takeJob(uint256 jobId) external;

    /// @notice Assigned, or open → Answered: an answer that can be challenged for the job's windowSeconds. Calls onResult.
    function announceResult(uint256 jobId, address provider, uint256 price, uint256[] calldata outputWords) external;

    /// @notice Pays each provider its price out of the escrow, releases its bond, returns the rest, calls onFinalized.
    function settleJob(uint256 jobId, Payment[] calldata payments, uint256[] calldata outputWords) external;

    /// @notice Refunds the job in full.
    function failJob(uint256 jobId, EndReason reason) external;

    // Administration

    /// @notice Sets the protocol's share of jobs requested from now on. PARAMETER_ROLE only.
    function setProtocolFee(uint256 protocolFeeBps) external;

    /// @notice Stops new requests; whatever runs goes on, and balances can be withdrawn. GUARDIAN_ROLE only.
    function pauseRequests() external;

    /// @notice GUARDIAN_ROLE only.
    function unpauseRequests() external;

    /// @notice Names the policy contracts and the request desk, once and for good. Deployer only.
    function setProtocolContracts(address quorumPolicy, address optimisticPolicy, address requestDesk) external;

    function jobOf(uint256 jobId) external view returns (Job memory);
    function jobCount() external view returns (uint256);
    function requestsPaused() external view returns (bool);
    /// @notice What an account may withdraw, spend on requests or give away.
    function claimableOf(address account, address token) external view returns (uint256);
    /// @notice Sum of the escrows of all jobs that have not ended, per token.
    function openEscrowOf(address token) external view returns (uint256);
    /// @notice Sum of all claimable balances, per token.
    function totalClaimableOf(address token) external view returns (uint256);
    /// @notice The last public signal: uint256(keccak256(abi.encode(chainId, market, jobId, provider))) >> 8.
    function bindingOf(uint256 jobId, address provider) external view returns (uint256);
    /// @notice The protocol's share of jobs requested from now on, in basis points.
    function protocolFeeBps() external view returns (uint256);
    /// @notice The registry whose models this market sells, and whose token holders get the royalties.
    function modelRegistry() external view returns (address);
    /// @notice Where bonds are locked.
    function providerStaking() external view returns (address);
    /// @notice Who serves which version for how much, and the draw.
    function providerSelection() external view returns (address);
    /// @notice The contract that settles jobs of a policy; the market itself for `Proof`.
    function policyContractOf(Policy policy) external view returns (address);
    /// @notice The contract that turns signed and recurring requests into jobs.
    function requestDesk() external view returns (address);
    /// @notice Receives the protocol's share.
    function treasury() external view returns (address);
    /// @notice Assignments that a job survives; then it is open to every serving provider.
    function MAX_ATTEMPTS() external view returns (uint256);
    function MAX_CALLBACK_GAS() external view returns (uint256);
    function MAX_PROTOCOL_FEE_BPS() external view returns (uint256);
    function MAX_PANEL_SIZE() external view returns (uint256);
    /// @notice Shortest of any duration but openSeconds, in seconds.
    function MIN_DURATION_SECONDS() external view returns (uint256);
    /// @notice Longest of drawSeconds, openSeconds and windowSeconds, in seconds.
    function MAX_DURATION_SECONDS() external view returns (uint256);
    /// @notice Longest answerSeconds, in seconds.
    function MAX_ANSWER_SECONDS() external view returns (uint256);
    function PARAMETER_ROLE() external view returns (bytes32);
    function GUARDIAN_ROLE() external view returns (bytes32);
}
