// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "./IJobMarket.sol";

/// @notice A request that its requester signed off the chain (EIP-712) for anyone to submit.
/// @param requester whose job and whose money it is; an account or an ERC-1271 wallet
/// @param nonce the requester's next one
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

/// @notice A recurring request, funded ahead.
/// @dev runsLeft × fee lie in the desk's claimable balance in the market, for `owner`.
struct Subscription {
    address owner;
    uint40 nextRunAt;
    uint32 intervalSeconds;
    uint32 runsLeft;
    address token;
    uint96 fee;
}

/// @title Request desk
/// @notice Requests that come another way than from the requester's own transaction: signed and relayed, or recurring.
/// The desk holds no money but the balance in the market that funds subscriptions: Σ runsLeft × fee, per token.
interface IRequestDesk {
    event RequestRelayed(uint256 indexed jobId, address indexed requester, address indexed relayer, uint256 nonce);
    event SubscriptionCreated(
        uint256 indexed subscriptionId,
        address indexed owner,
        uint256 intervalSeconds,
        uint256 runs,
        uint256 firstRunAt,
        JobRequest request
    );
    event SubscriptionRun(uint256 indexed subscriptionId, uint256 indexed jobId, uint256 runsLeft);
    event SubscriptionCancelled(uint256 indexed subscriptionId, uint256 refunded);

    error RequestExpired(uint256 deadline);
    error RequestNotSigned(address requester);
    error RelayedEtherNeedsBalance();
    error SubscriptionUnknown(uint256 subscriptionId);
    error SubscriptionTermsInvalid(uint256 intervalSeconds, uint256 runs);
    error SubscriptionNotDue(uint256 subscriptionId, uint256 nextRunAt);
    error SubscriptionOver(uint256 subscriptionId);
    error SubscriptionMismatch(uint256 subscriptionId);
    error NotSubscriptionOwner(uint256 subscriptionId, address caller);
    error SubscriptionEtherMismatch(uint256 sent, uint256 expected);

    /// @notice Opens the job of a signed request. Anyone may submit it. The fee comes from the requester's claimable
    /// balance or, for a token, its allowance to the market (for which a permit may come along).
    function relayRequest(
        SignedRequest calldata signedRequest,
        bytes calldata signature,
        Permit calldata permit
    ) external returns (uint256 jobId);

    /// @notice Makes the caller's outstanding signatures worthless.
    function cancelNonce() external;

    /// @notice Funds `runs` requests ahead: msg.value or the caller's tokens or claimable balance must give runs × fee.
    /// The first can run at once, each further one intervalSeconds after the one before was due.
    function subscribe(
        JobRequest calldata request,
        uint256 intervalSeconds,
        uint256 runs
    ) external payable returns (uint256 subscriptionId);

    /// @notice Opens the job of a subscription that is due. Anyone may call it. The job is the owner's.
    /// @param request the subscription's request, checked against its stored hash
    function runSubscription(uint256 subscriptionId, JobRequest calldata request) external returns (uint256 jobId);

    /// @notice Ends a subscription; what is left goes to the owner's claimable balance. Owner only.
    function cancelSubscription(uint256 subscriptionId) external;

    function subscriptionOf(uint256 subscriptionId) external view returns (Subscription memory);
    function subscriptionCount() external view returns (uint256);
    /// @notice What the requester signs: the EIP-712 digest.
    function digestOf(SignedRequest calldata signedRequest) external view returns (bytes32);
    function market() external view returns (address);
    function MIN_INTERVAL_SECONDS() external view returns (uint256);
}
