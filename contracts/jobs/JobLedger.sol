// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";

/// @title Money of the job market
/// @dev For each token, what is held = openEscrow + claimable. Money comes in through `_takeIn` alone and leaves through
/// `withdraw` alone; everything else moves amounts from one half to the other.
abstract contract JobLedger is IJobMarket, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot a token. `_takeIn` bounds the sum of both below 2^128, so no later move can overflow either.
    struct Totals {
        uint128 openEscrow;
        uint128 claimable;
    }

    address internal constant ETHER = address(0);

    mapping(address token => Totals) private _totals;
    /// @inheritdoc IJobMarket
    mapping(address account => mapping(address token => uint256)) public claimableOf;
    /// @dev Whether msg.value is in its sender's balance already: an inner call of `multicall` sees the same msg.value.
    bool private transient _valueCredited;

    /// @inheritdoc IJobMarket
    function multicall(bytes[] calldata calls) external payable returns (bytes[] memory results) {
        if (_reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        bool outermost = !_valueCredited;
        if (outermost) {
            if (msg.value != 0) _deposit(ETHER, msg.value, msg.sender);
            _valueCredited = true;
        }
        results = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            results[i] = Address.functionDelegateCall(address(this), calls[i]);
        }
        if (outermost) _valueCredited = false;
    }

    /// @inheritdoc IJobMarket
    function deposit(address token, uint256 amount, address account) external payable nonReentrant {
        _requireRecipient(account);
        _requireValue(token == ETHER ? amount : 0);
        _deposit(token, amount, account);
    }

    /// @inheritdoc IJobMarket
    function transferBalance(address to, address token, uint256 amount) external nonReentrant {
        _requireRecipient(to);
        _debit(msg.sender, token, amount);
        _credit(to, token, amount);
        emit BalanceTransferred(msg.sender, to, token, amount);
    }

    /// @inheritdoc IJobMarket
    function withdraw(address token, address to) external nonReentrant returns (uint256 amount) {
        _requireRecipient(to);
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
    function openEscrowOf(address token) external view returns (uint256) {
        return _totals[token].openEscrow;
    }

    /// @inheritdoc IJobMarket
    function totalClaimableOf(address token) external view returns (uint256) {
        return _totals[token].claimable;
    }

    /// @dev Puts a fee, below 2^96, into escrow: from the payer's balance, from msg.value, or from the payer's tokens.
    function _escrowFee(address payer, address token, uint96 fee, bool fromBalance) internal {
        _requireValue(token == ETHER && !fromBalance ? fee : 0);
        Totals storage totals = _totals[token];
        if (fromBalance) {
            _debit(payer, token, fee);
            totals.claimable -= fee;
            totals.openEscrow += fee;
        } else {
            _requireRoom(totals, fee);
            totals.openEscrow += fee;
            if (token != ETHER) _pullExactly(IERC20(token), payer, fee);
        }
    }

    /// @dev A whole fee turns from escrow into claimable balances, which the caller must credit.
    function _releaseEscrow(address token, uint96 fee) internal {
        Totals storage totals = _totals[token];
        totals.openEscrow -= fee;
        totals.claimable += fee;
    }

    function _credit(address account, address token, uint256 amount) internal {
        if (amount != 0) claimableOf[account][token] += amount;
    }

    /// @dev Money is paid to nobody who could not withdraw it.
    function _requireRecipient(address account) internal view {
        if (account == address(0) || account == address(this)) revert RecipientInvalid(account);
    }

    function _debit(address account, address token, uint256 amount) private {
        uint256 available = claimableOf[account][token];
        if (available < amount) revert BalanceInsufficient(account, token, available, amount);
        claimableOf[account][token] = available - amount;
    }

    function _deposit(address token, uint256 amount, address account) private {
        Totals storage totals = _totals[token];
        _requireRoom(totals, amount);
        // Casting is safe: `_requireRoom` bounds the sum.
        totals.claimable += uint128(amount);
        _credit(account, token, amount);
        emit Deposited(account, token, amount, msg.sender);
        if (token != ETHER) _pullExactly(IERC20(token), msg.sender, amount);
    }

    function _requireValue(uint256 expected) private view {
        uint256 value = _valueCredited ? 0 : msg.value;
        if (value != expected) revert EtherAmountMismatch(value, expected);
    }

    /// @dev Or a worthless token with a huge supply could fill a total, and jobs paid in it could not be ended.
    function _requireRoom(Totals storage totals, uint256 amount) private view {
        uint256 room = type(uint128).max - uint256(totals.openEscrow) - totals.claimable;
        if (amount > room) revert LedgerFull(amount, room);
    }

    function _pullExactly(IERC20 token, address payer, uint256 amount) private {
        uint256 heldBefore = _held(token);
        token.safeTransferFrom(payer, address(this), amount);
        uint256 received = _held(token) - heldBefore;
        if (received != amount) revert TokenAmountMismatch(address(token), received, amount);
    }

    function _held(IERC20 token) private view returns (uint256) {
        return token.balanceOf(address(this));
    }
}
