// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A provider's stake, in units of the stake token.
/// @dev Slot 0: active (128), locked (128). Slot 1: unbonding (128), unbondingReadyAt (64).
/// locked is the part of active that bonds of assigned jobs hold.
struct StakeAccount {
    uint128 active;
    uint128 locked;
    uint128 unbonding;
    uint64 unbondingReadyAt;
}

/// @title Provider staking
/// @notice Providers stake the protocol token; the market locks a bond per job and slashes it for a missed deadline.
/// A bond is not free stake: while its job runs it can be neither unstaked nor withdrawn, so a slash always finds it.
interface IProviderStaking {
    event Staked(address indexed provider, uint256 amount);
    event UnstakeRequested(address indexed provider, uint256 amount, uint256 readyAt);
    event Unstaked(address indexed provider, uint256 amount);
    event BondLocked(address indexed provider, uint256 amount);
    event BondReleased(address indexed provider, uint256 amount);
    event BondSlashed(
        address indexed provider,
        uint256 amount,
        address indexed wronged,
        uint256 wrongedAmount,
        uint256 treasuryAmount
    );
    event SlashProceedsWithdrawn(address indexed account, uint256 amount);
    event MarketSet(address indexed market);

    error StakeAmountZero();
    error StakeInsufficient(address provider, uint256 free, uint256 needed);
    error UnbondingNotReady(address provider, uint256 readyAt);
    error NothingUnbonding(address provider);
    error NotMarket(address caller);
    error MarketAlreadySet(address market);
    error NothingToWithdraw(address account);
    /// @notice More was to be released or slashed than is locked: the market is at fault.
    error BondNotLocked(address provider, uint256 locked, uint256 needed);
    error NotDeployer(address caller);
    error StakingAddressZero();

    /// @notice Adds to the caller's stake. Needs an allowance of the stake token.
    function stake(uint256 amount) external;

    /// @notice As `stake`, with an ERC-2612 permit; a permit that someone used first does not block it.
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Starts the unbonding of free stake; a second request restarts the delay for all that is unbonding.
    function requestUnstake(uint256 amount) external;

    /// @notice Withdraws all that finished unbonding.
    function withdrawUnstaked() external returns (uint256 amount);

    /// @notice Withdraws the caller's share of slashed bonds.
    function withdrawSlashProceeds() external returns (uint256 amount);

    /// @notice Locks part of a provider's free stake as bond. Market only.
    function lockBond(address provider, uint256 amount) external;

    /// @notice Releases a bond. Market only.
    function releaseBond(address provider, uint256 amount) external;

    /// @notice Cuts a locked bond: half to the wronged party, half (rounded up) to the treasury. Market only.
    function slashBond(address provider, uint256 amount, address wronged) external;

    /// @notice Names the market, once and for good. Deployer only: the market needs this contract's address first.
    function setMarket(address market_) external;

    function accountOf(address provider) external view returns (StakeAccount memory);
    /// @notice Stake that is neither locked nor unbonding.
    function freeStakeOf(address provider) external view returns (uint256);
    function slashProceedsOf(address account) external view returns (uint256);
    function stakeToken() external view returns (address);
    function treasury() external view returns (address);
    function market() external view returns (address);
    function UNBONDING_SECONDS() external view returns (uint256);
}
