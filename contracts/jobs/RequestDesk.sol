// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket, JobRequest} from "../interfaces/IJobMarket.sol";
import {IRequestDesk, Permit, SignedRequest, Subscription} from "../interfaces/IRequestDesk.sol";
import {PermitLib} from "../libraries/PermitLib.sol";
import {SignedRequests} from "../libraries/SignedRequests.sol";

/// @title Request desk
contract RequestDesk is IRequestDesk, EIP712, Nonces, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SignedRequests for SignedRequest;

    /// @inheritdoc IRequestDesk
    uint256 public constant MIN_INTERVAL_SECONDS = 60;
    address private constant ETHER = address(0);

    /// @inheritdoc IRequestDesk
    address public immutable market;

    /// @inheritdoc IRequestDesk
    uint256 public subscriptionCount;
    mapping(uint256 subscriptionId => Subscription) private _subscriptions;

    constructor(address market_) EIP712("Verimesh Request Desk", "1") {
        market = market_;
    }

    // Signed requests

    /// @inheritdoc IRequestDesk
    function relayRequest(
        SignedRequest calldata signedRequest,
        bytes calldata signature,
        Permit calldata permit
    ) external nonReentrant returns (uint256 jobId) {
        JobRequest calldata request = signedRequest.request;
        address requester = signedRequest.requester;
        if (block.timestamp > signedRequest.deadline) revert RequestExpired(signedRequest.deadline);
        if (request.token == ETHER && !request.fromBalance) revert RelayedEtherNeedsBalance();
        if (!SignatureChecker.isValidSignatureNowCalldata(requester, digestOf(signedRequest), signature)) {
            revert RequestNotSigned(requester);
        }
        _useCheckedNonce(requester, signedRequest.nonce);

        if (permit.deadline != 0) _tryPermit(request.token, requester, permit);
        jobId = IJobMarket(market).requestJobFrom(requester, request);
        emit RequestRelayed(jobId, requester, msg.sender, signedRequest.nonce);
    }

    /// @inheritdoc IRequestDesk
    function cancelNonce() external {
        emit NonceCancelled(msg.sender, _useNonce(msg.sender));
    }

    /// @inheritdoc IRequestDesk
    function digestOf(SignedRequest calldata signedRequest) public view returns (bytes32) {
        return _hashTypedDataV4(signedRequest.structHash());
    }

    // Subscriptions

    /// @inheritdoc IRequestDesk
    function subscribe(
        JobRequest calldata request,
        uint256 intervalSeconds,
        uint256 runs
    ) external payable nonReentrant returns (uint256 subscriptionId) {
        bool apart = intervalSeconds >= MIN_INTERVAL_SECONDS && intervalSeconds <= type(uint32).max;
        if (!apart || runs == 0 || runs > type(uint24).max) revert SubscriptionTermsInvalid(intervalSeconds, runs);
        if (request.fee == 0) revert IJobMarket.FeeZero();
        if (request.fee > type(uint96).max) revert IJobMarket.FeeTooHigh(request.fee);
        uint256 funds = request.fromBalance ? 0 : request.fee * runs;
        uint256 value = request.token == ETHER ? funds : 0;
        if (msg.value != value) revert SubscriptionEtherMismatch(msg.value, value);

        subscriptionId = ++subscriptionCount;
        // Casts are safe: bounded above; times stay below 2^40 for 30,000 years.
        _subscriptions[subscriptionId] = Subscription({
            owner: msg.sender,
            nextRunAt: uint40(block.timestamp),
            intervalSeconds: uint32(intervalSeconds),
            runsLeft: uint24(runs),
            token: request.token,
            fee: request.fromBalance ? 0 : uint96(request.fee),
            requestHash: _hashOf(request)
        });
        emit SubscriptionCreated(subscriptionId, msg.sender, intervalSeconds, runs, block.timestamp, request);
        if (funds != 0) _fund(request.token, funds);
    }

    /// @inheritdoc IRequestDesk
    function runSubscription(
        uint256 subscriptionId,
        JobRequest calldata request
    ) external nonReentrant returns (uint256 jobId) {
        Subscription memory subscription = _requireRunning(subscriptionId);
        if (_hashOf(request) != subscription.requestHash) revert SubscriptionMismatch(subscriptionId);
        uint256 dueAt = subscription.nextRunAt;
        if (block.timestamp < dueAt) revert SubscriptionNotDue(subscriptionId, dueAt);

        uint256 runsLeft = subscription.runsLeft - 1;
        uint256 interval = subscription.intervalSeconds;
        uint256 nextRunAt = dueAt + interval * ((block.timestamp - dueAt) / interval + 1);
        // Casts are safe: the first falls from a uint24; times stay below 2^40 for 30,000 years.
        _subscriptions[subscriptionId].runsLeft = uint24(runsLeft);
        _subscriptions[subscriptionId].nextRunAt = uint40(nextRunAt);

        jobId =
            request.fromBalance
                ? IJobMarket(market).requestJobFrom(subscription.owner, request)
                : IJobMarket(market).requestJobFor(subscription.owner, _fromBalance(request));
        emit SubscriptionRun(subscriptionId, jobId, runsLeft, nextRunAt);
    }

    /// @inheritdoc IRequestDesk
    function cancelSubscription(uint256 subscriptionId) external nonReentrant {
        Subscription memory subscription = _requireRunning(subscriptionId);
        if (msg.sender != subscription.owner) revert NotSubscriptionOwner(subscriptionId, msg.sender);

        _subscriptions[subscriptionId].runsLeft = 0;
        uint256 refunded = uint256(subscription.fee) * subscription.runsLeft;
        emit SubscriptionCancelled(subscriptionId, refunded);
        if (refunded != 0) IJobMarket(market).transferBalance(subscription.owner, subscription.token, refunded);
    }

    /// @inheritdoc IRequestDesk
    function subscriptionOf(uint256 subscriptionId) external view returns (Subscription memory subscription) {
        subscription = _subscriptions[subscriptionId];
        if (subscription.owner == address(0)) revert SubscriptionUnknown(subscriptionId);
    }

    /// @dev Into this contract's balance in the market, all of it in this transaction: nothing stays here.
    function _fund(address token, uint256 amount) private {
        if (token == ETHER) {
            IJobMarket(market).deposit{value: amount}(ETHER, amount, address(this));
            return;
        }
        uint256 balanceBefore = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - balanceBefore;
        if (received != amount) revert IJobMarket.TokenAmountMismatch(token, received, amount);
        IERC20(token).forceApprove(market, amount);
        IJobMarket(market).deposit(token, amount, address(this));
    }

    function _tryPermit(address token, address requester, Permit calldata permit) private {
        PermitLib.tryPermit(token, requester, market, permit.value, permit.deadline, permit.v, permit.r, permit.s);
    }

    /// @dev The same request, paid from the balance that this contract holds for it.
    function _fromBalance(JobRequest calldata request) private pure returns (JobRequest memory funded) {
        funded = request;
        funded.fromBalance = true;
    }

    function _hashOf(JobRequest calldata request) private pure returns (bytes32) {
        return keccak256(abi.encode(request));
    }

    function _requireRunning(uint256 subscriptionId) private view returns (Subscription memory subscription) {
        subscription = _subscriptions[subscriptionId];
        if (subscription.owner == address(0)) revert SubscriptionUnknown(subscriptionId);
        if (subscription.runsLeft == 0) revert SubscriptionOver(subscriptionId);
    }
}
