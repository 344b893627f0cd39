// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "./IJobMarket.sol";

/// @notice A request that its requester signed off the chain (EIP-712) for anyone to submit.
/// @param requester whose job and whose money it is; an account or an ERC-1271 wallet
/// @param nonce the requester's next one at this desk
/// @param deadline until when the signature holds, in seconds since the epoch
struct SignedRequest {
    address requester;
    uint256 nonce;
    uint256 deadline;
    JobRequest request;
}

/// @notice An ERC-2612 permit of the requester for the market; all zero for none.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice A recurring request.
/// @dev Slot 0: owner, nextRunAt, intervalSeconds, runsLeft. Slot 1: token, fee. Slot 2: requestHash.
/// @param nextRunAt from when it can run, in seconds since the epoch
/// @param fee what the desk holds for each run that is left, in its balance in the market; 0 where each run is paid from
/// the owner's own balance
/// @param requestHash keccak256 of the ABI encoding of the request
struct Subscription {
    address owner;
    uint40 nextRunAt;
    uint32 intervalSeconds;
    uint24 runsLeft;
    address token;
    uint96 fee;
    bytes32 requestHash;
}

/// @title Request desk
/// @notice Requests that come another way than from the requester's own transaction: signed and relayed, or recurring.
/// The market trusts the desk to open jobs with a requester's own money, so the desk does it on that requester's
/// signature or subscription alone. It holds no money but the balance in the market that funds subscriptions:
/// Σ runsLeft × fee, per token. What a job does not cost, and every refund, is the requester's, never the desk's.
interface IRequestDesk {
    event RequestRelayed(uint256 indexed jobId, address indexed requester, address indexed relayer, uint256 nonce);
    event NonceCancelled(address indexed requester, uint256 nonce);
    event SubscriptionCreated(
        uint256 indexed subscriptionId,
        address indexed owner,
        uint256 intervalSeconds,
        uint256 runs,
        uint256 firstRunAt,
        JobRequest request
    );
    event SubscriptionRun(uint256 indexed subscriptionId, uint256 indexed jobId, uint256 runsLeft, uint256 nextRunAt);
    event SubscriptionCancelled(uint256 indexed subscriptionId, uint256 refunded);

    error RequestExpired(uint256 deadline);
    error RequestNotSigned(address requester);
    /// @notice A relayer does not pay: a signed request in ETH says `fromBalance`.
    error RelayedEtherNeedsBalance();
    error SubscriptionUnknown(uint256 subscriptionId);
    /// @notice 1 to 16,777,215 runs, MIN_INTERVAL_SECONDS to 2^32 - 1 seconds apart.
    error SubscriptionTermsInvalid(uint256 intervalSeconds, uint256 runs);
    error SubscriptionNotDue(uint256 subscriptionId, uint256 nextRunAt);
    /// @notice It has no runs left, or was cancelled.
    error SubscriptionOver(uint256 subscriptionId);
    /// @notice The request is not the one that was subscribed.
    error SubscriptionMismatch(uint256 subscriptionId);
    error NotSubscriptionOwner(uint256 subscriptionId, address caller);
    error SubscriptionEtherMismatch(uint256 sent, uint256 expected);

    /// @notice Opens the job of a signed request. Anyone may submit it, nobody can change it. The fee comes from the
    /// requester's claimable balance or, for a token, its allowance to the market (for which a permit may come along; one
    /// that someone used first does not block the request).
    function relayRequest(
        SignedRequest calldata signedRequest,
        bytes calldata signature,
        Permit calldata permit
    ) external returns (uint256 jobId);

    /// @notice Makes what the caller signed with its next nonce worthless.
    function cancelNonce() external;

    /// @notice Orders `runs` equal jobs, the first due at once. Without `fromBalance` all of them are funded now, by
    /// msg.value or the caller's tokens, to runs × fee exactly. With `fromBalance` nothing is set aside: each run takes its
    /// fee from the caller's claimable balance in the market when it comes, and waits while that is short.
    function subscribe(
        JobRequest calldata request,
        uint256 intervalSeconds,
        uint256 runs
    ) external payable returns (uint256 subscriptionId);

    /// @notice Opens the job of a subscription that is due. Anyone may call it; the job is the owner's. The next one is due
    /// at the next multiple of intervalSeconds after the first: runs that nobody made in time are made later, not at once.
    /// If the market refuses the job (the version is deprecated, requests are paused) nothing changes.
    /// @param request the subscription's request, checked against its stored hash
    function runSubscription(uint256 subscriptionId, JobRequest calldata request) external returns (uint256 jobId);

    /// @notice Ends a subscription, also while the market is paused; what is left goes to the owner's claimable balance in
    /// the market. Owner only.
    function cancelSubscription(uint256 subscriptionId) external;

    function subscriptionOf(uint256 subscriptionId) external view returns (Subscription memory);
    function subscriptionCount() external view returns (uint256);
    /// @notice What the requester signs: the EIP-712 digest.
    function digestOf(SignedRequest calldata signedRequest) external view returns (bytes32);
    function market() external view returns (address);
    /// @notice Shortest time between two runs, in seconds.
    function MIN_INTERVAL_SECONDS() external view returns (uint256);
}
