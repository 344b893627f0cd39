// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IProviderStaking, StakeAccount} from "../interfaces/IProviderStaking.sol";
import {PermitLib} from "../libraries/PermitLib.sol";

/// @title Provider staking
/// @dev The stake token is the protocol's own: it takes no fee on transfers and calls nobody, so no guard is needed.
/// What this contract holds = Σ active + Σ unbonding + Σ slash proceeds.
contract ProviderStaking is IProviderStaking {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @inheritdoc IProviderStaking
    uint256 public constant UNBONDING_SECONDS = 7 days;

    /// @inheritdoc IProviderStaking
    address public immutable stakeToken;
    /// @inheritdoc IProviderStaking
    address public immutable treasury;
    address private immutable DEPLOYER = msg.sender;

    /// @inheritdoc IProviderStaking
    address public market;
    mapping(address provider => StakeAccount) private _accounts;
    /// @inheritdoc IProviderStaking
    mapping(address account => uint256) public slashProceedsOf;

    modifier onlyMarket() {
        if (msg.sender != market) revert NotMarket(msg.sender);
        _;
    }

    constructor(address stakeToken_, address treasury_) {
        if (stakeToken_ == address(0) || treasury_ == address(0)) revert StakingAddressZero();
        stakeToken = stakeToken_;
        treasury = treasury_;
    }

    /// @inheritdoc IProviderStaking
    function setMarket(address market_) external {
        if (msg.sender != DEPLOYER) revert NotDeployer(msg.sender);
        if (market != address(0)) revert MarketAlreadySet(market);
        if (market_ == address(0)) revert StakingAddressZero();
        market = market_;
        emit MarketSet(market_);
    }

    /// @inheritdoc IProviderStaking
    function stake(uint256 amount) public {
        if (amount == 0) revert StakeAmountZero();
        _accounts[msg.sender].active += amount.toUint128();
        emit Staked(msg.sender, amount);
        IERC20(stakeToken).safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IProviderStaking
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        PermitLib.tryPermit(stakeToken, amount, deadline, v, r, s);
        stake(amount);
    }

    /// @inheritdoc IProviderStaking
    function requestUnstake(uint256 amount) external {
        if (amount == 0) revert StakeAmountZero();
        StakeAccount storage account = _requireFree(msg.sender, amount);
        uint256 readyAt = block.timestamp + UNBONDING_SECONDS;
        // Casting is safe: amount is at most account.active.
        account.active -= uint128(amount);
        account.unbonding += uint128(amount);
        account.unbondingReadyAt = uint64(readyAt);
        emit UnstakeRequested(msg.sender, amount, readyAt);
    }

    /// @inheritdoc IProviderStaking
    function withdrawUnstaked() external returns (uint256 amount) {
        StakeAccount storage account = _accounts[msg.sender];
        amount = account.unbonding;
        if (amount == 0) revert NothingUnbonding(msg.sender);
        if (block.timestamp < account.unbondingReadyAt) revert UnbondingNotReady(msg.sender, account.unbondingReadyAt);
        account.unbonding = 0;
        account.unbondingReadyAt = 0;
        emit Unstaked(msg.sender, amount);
        IERC20(stakeToken).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IProviderStaking
    function withdrawSlashProceeds() external returns (uint256 amount) {
        amount = slashProceedsOf[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        slashProceedsOf[msg.sender] = 0;
        emit SlashProceedsWithdrawn(msg.sender, amount);
        IERC20(stakeToken).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IProviderStaking
    function lockBond(address provider, uint256 amount) external onlyMarket {
        StakeAccount storage account = _requireFree(provider, amount);
        // Casting is safe: amount is at most account.active.
        account.locked += uint128(amount);
        emit BondLocked(provider, amount);
    }

    /// @inheritdoc IProviderStaking
    function releaseBond(address provider, uint256 amount) external onlyMarket {
        StakeAccount storage account = _requireLocked(provider, amount);
        // Casting is safe: amount is at most account.locked.
        account.locked -= uint128(amount);
        emit BondReleased(provider, amount);
    }

    /// @inheritdoc IProviderStaking
    function slashBond(address provider, uint256 amount, address wronged) external onlyMarket {
        StakeAccount storage account = _requireLocked(provider, amount);
        // Casting is safe: amount is at most account.locked, and locked is part of active.
        account.locked -= uint128(amount);
        account.active -= uint128(amount);
        uint256 wrongedAmountDown = amount / 2;
        uint256 treasuryAmountUp = amount - wrongedAmountDown;
        slashProceedsOf[wronged] += wrongedAmountDown;
        slashProceedsOf[treasury] += treasuryAmountUp;
        emit BondSlashed(provider, amount, wronged, wrongedAmountDown, treasuryAmountUp);
    }

    /// @inheritdoc IProviderStaking
    function accountOf(address provider) external view returns (StakeAccount memory) {
        return _accounts[provider];
    }

    /// @inheritdoc IProviderStaking
    function freeStakeOf(address provider) external view returns (uint256) {
        StakeAccount storage account = _accounts[provider];
        return account.active - account.locked;
    }

    function _requireFree(address provider, uint256 needed) private view returns (StakeAccount storage account) {
        account = _accounts[provider];
        uint256 free = account.active - account.locked;
        if (free < needed) revert StakeInsufficient(provider, free, needed);
    }

    function _requireLocked(address provider, uint256 needed) private view returns (StakeAccount storage account) {
        account = _accounts[provider];
        if (account.locked < needed) revert BondNotLocked(provider, account.locked, needed);
    }
}
