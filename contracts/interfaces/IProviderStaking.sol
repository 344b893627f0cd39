// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A provider's pool of stake, its own and its delegators', in units of the stake token.
/// @param assets stake that carries bonds, and the provider's weight in the draw
/// @param locked what the bonds of running jobs hold; at most assets + unbondingAssets
/// @param commissionBps the commission that counts now
/// @param activeJobs bonds that are locked
/// @param capacity how many jobs it takes at once
/// @param hasDelegators whether anyone but the provider has a share of `assets`
/// @param shares of `assets`, all of them
/// @param delegatedShares those that are not the provider's own
/// @param unbondingAssets stake on its way out, which is slashed in the same proportion
/// @param unbondingShares of `unbondingAssets`
/// @param nextCommissionBps the commission that counts from commissionChangesAt on; as commissionBps if nothing changes
/// @param commissionChangesAt when a raise takes effect, in seconds since the epoch; 0 if nothing changes
struct ProviderPool {
    uint96 assets;
    uint96 locked;
    uint16 commissionBps;
    uint16 activeJobs;
    uint16 capacity;
    bool hasDelegators;
    uint128 shares;
    uint128 delegatedShares;
    uint96 unbondingAssets;
    uint160 unbondingShares;
    uint16 nextCommissionBps;
    uint64 commissionChangesAt;
}

/// @notice What one account has in one provider's pool.
/// @dev stake and unbonding are what the shares are worth now, rounded down.
struct StakePosition {
    uint256 shares;
    uint256 stake;
    uint256 unbondingShares;
    uint256 unbonding;
    uint64 unbondingReadyAt;
}

/// @title Provider staking
/// @notice Providers stake the protocol token, and others delegate theirs to a provider for a share of what it earns.
/// Each provider's stake is a pool of shares as in ERC-4626 (virtual shares make inflating the price of a share
/// worthless); a slash makes every share, also of unbonding stake, worth less in proportion. The protocol locks one bond
/// a job. New bonds stand on stake that is not unbonding; a running one can not be withdrawn, so a slash always finds it.
/// Whoever delegates trusts the provider: its faults cost the delegators' stake as much as its own. Up to half of a slashed
/// bond goes to whom the fault wronged, who may be the provider's other account. Therefore at least half of what a slash
/// takes is the provider's own: it must cover, with a bond or more that is not unbonding, all that others have in its pool,
/// or it takes no delegations, no new jobs once it unstaked down to that, and nothing out while jobs run.
/// Weight in the draw is the whole pool, since any unit of it can be slashed. Earnings are shared by the shares of the
/// moment in which a job is paid.
interface IProviderStaking {
    event Staked(address indexed provider, address indexed account, uint256 amount, uint256 shares);
    event UnstakeRequested(
        address indexed provider,
        address indexed account,
        uint256 amount,
        uint256 shares,
        uint256 readyAt
    );
    event Unstaked(address indexed provider, address indexed account, uint256 amount);
    event CapacitySet(address indexed provider, uint256 capacity);
    /// @notice A raise takes effect at `effectiveAt`, a cut at once.
    event CommissionSet(address indexed provider, uint256 commissionBps, uint256 effectiveAt);
    event BondLocked(address indexed provider, uint256 amount);
    event BondReleased(address indexed provider, uint256 amount);
    event BondSlashed(
        address indexed provider,
        uint256 amount,
        address indexed wronged,
        uint256 wrongedAmount,
        uint256 treasuryAmount
    );
    /// @notice A slash left less than a hundredth of a bond: that went to the treasury, all shares are void and the pool
    /// starts anew.
    event PoolWiped(address indexed provider, uint256 dustAmount);
    event EarningTokenRegistered(address indexed provider, address indexed token);
    event EarningsShared(address indexed provider, address indexed token, uint256 delegatorsAmount);
    event EarningsClaimed(address indexed provider, address indexed account, address indexed token, uint256 amount);
    event SlashProceedsWithdrawn(address indexed account, uint256 amount);
    event ProtocolContractsSet(address market, address selection, address quorumPolicy, address optimisticPolicy);

    /// @notice Nothing was to be staked or unstaked, or less than one share is worth.
    error StakeAmountZero();
    /// @notice Bonds of running jobs hold more than would be left, or what would be left of the provider's own would not
    /// cover its delegators' while they can be slashed: withdraw when these jobs have ended.
    error StakeInsufficient(address provider, uint256 free, uint256 needed);
    /// @notice The account asked for more than its shares in this pool are worth.
    error PositionInsufficient(address provider, address account, uint256 available, uint256 needed);
    /// @notice The provider's own stake is below one bond.
    error ProviderHasNoStake(address provider);
    /// @notice Others may add at most `room` to this pool: all that they have there must stay covered by the provider's own
    /// stake.
    error DelegationAboveOwnStake(address provider, uint256 room);
    /// @notice The provider's own stake is below what others have in its pool: it takes no jobs before it has staked more,
    /// or they have left.
    error OwnStakeBelowDelegated(address provider, uint256 ownStake, uint256 delegated);
    error UnbondingNotReady(address account, uint256 readyAt);
    error NothingUnbonding(address account);
    error CommissionTooHigh(uint256 commissionBps, uint256 maxCommissionBps);
    error CallerNotProtocol(address caller);
    error NothingToWithdraw(address account);
    error NoEarnings(address provider, address account, address token);
    /// @notice A provider takes at most MAX_EARNING_TOKENS tokens, so that a delegation settles all of them.
    error TooManyEarningTokens(address provider, uint256 maxTokens);
    /// @notice More was to be released or slashed than is locked: a protocol contract is at fault.
    error BondNotLocked(address provider, uint256 locked, uint256 needed);
    error StakingAddressZero();

    /// @notice Adds to the caller's own stake as a provider. Needs an allowance of the stake token.
    function stake(uint256 amount) external;

    /// @notice As `stake`, with an ERC-2612 permit; a permit that someone used first does not block it.
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Delegates the caller's tokens to a provider that has at least one bond of its own, and as much as others have
    /// in its pool with this. Needs an allowance.
    function delegate(address provider, uint256 amount) external;

    /// @notice As `delegate`, with an ERC-2612 permit.
    function delegateWithPermit(
        address provider,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Starts the unbonding of stake of the caller in a provider's pool (its own: the caller's address). It stays
    /// slashable, carries no new bond and earns nothing. A second request restarts the delay for all that the caller is
    /// unbonding there. So a provider that is always busy can not keep its delegators. A provider with delegators that
    /// keeps less than one bond of its own, or less than others have in its pool, has its capacity set to 0.
    function requestUnstake(address provider, uint256 amount) external;

    /// @notice Withdraws all of the caller's that finished unbonding there, less what was slashed meanwhile. While bonds of
    /// running jobs hold more than the stake that is not unbonding, only what they leave; no new ones come then. While jobs
    /// run, a provider leaves in its pool at least as much as others have there: or it could take its part out and have
    /// the jobs fail on theirs.
    function withdrawUnstaked(address provider) external returns (uint256 amount);

    /// @notice Withdraws the caller's share of slashed bonds.
    function withdrawSlashProceeds() external returns (uint256 amount);

    /// @notice How many jobs the caller takes at once; 0 (the start) for none. Running jobs go on. With delegators, more
    /// than 0 needs own stake of a bond's worth and of what others have in the pool.
    function setCapacity(uint256 capacity) external;

    /// @notice The part of what delegated stake earns that the caller keeps, in basis points. At first all of it. A raise
    /// takes effect after UNBONDING_SECONDS, so that delegators can leave before.
    function setCommission(uint256 commissionBps) external;

    /// @notice Moves the caller's share of a provider's earnings into its claimable balance in the market.
    function claimEarnings(address provider, address token) external returns (uint256 amount);

    /// @notice Locks one bond and one place of a provider's capacity; false if it has not both. Protocol only.
    function lockBond(address provider) external returns (bool locked);

    /// @notice Releases one bond and its place, and tells what part of `earned` (in units of `token`) is the delegators':
    /// the market credits that to this contract's balance, in the same transaction. Market only.
    function releaseBond(address provider, address token, uint256 earned) external returns (uint256 delegatorsAmount);

    /// @notice As `releaseBond` for what was earned without a bond, in an open round. Market only.
    function shareEarnings(address provider, address token, uint256 earned) external returns (uint256 delegatorsAmount);

    /// @notice Releases one bond and its place where nothing was earned. Protocol only.
    function releaseBondUnpaid(address provider) external;

    /// @notice Cuts one locked bond: `wrongedAmount` of it to the wronged party, the rest to the treasury. Protocol only.
    function slashBond(address provider, address wronged, uint256 wrongedAmount) external;

    /// @notice Makes a token one that the provider's delegators share in; nothing happens if it is one. Called when the
    /// provider first accepts it, so that every job is paid in such a token. Protocol only.
    function registerEarningToken(address provider, address token) external;

    /// @notice Names the contracts that may lock, release and slash, once and for good. Deployer only: they need this
    /// contract's address first.
    function setProtocolContracts(
        address market,
        address selection,
        address quorumPolicy,
        address optimisticPolicy
    ) external;

    /// @notice Whether `lockBond` would succeed.
    function canLockBond(address provider) external view returns (bool);
    function poolOf(address provider) external view returns (ProviderPool memory);
    function positionOf(address provider, address account) external view returns (StakePosition memory);
    /// @notice What others have in a provider's pool, unbonding or not: what its own stake must cover.
    function delegatedOf(address provider) external view returns (uint256);
    /// @notice The most that others may delegate to a provider now.
    function delegationRoomOf(address provider) external view returns (uint256);
    /// @notice The stake that carries bonds, locked ones included: a provider's weight in the draw.
    function stakeOf(address provider) external view returns (uint256);
    /// @notice The lesser of the stake that carries bonds at the end of a block and now. A draw for that block counts no
    /// more, so that one stake can not be brought to whichever provider was drawn.
    function stakeSince(address provider, uint256 blockNumber) external view returns (uint256);
    /// @notice Stake that is neither unbonding nor needed by running bonds: what new bonds can stand on.
    function freeStakeOf(address provider) external view returns (uint256);
    /// @notice The commission that counts now, in basis points.
    function commissionOf(address provider) external view returns (uint256);
    function claimableEarningsOf(address provider, address account, address token) external view returns (uint256);
    /// @notice The tokens that a provider once accepted.
    function earningTokensOf(address provider) external view returns (address[] memory);
    function slashProceedsOf(address account) external view returns (uint256);
    /// @notice The bond of one job or one seat on a panel. Fixed for the life of the protocol.
    function bondAmount() external view returns (uint256);
    function stakeToken() external view returns (address);
    function treasury() external view returns (address);
    function market() external view returns (address);
    function UNBONDING_SECONDS() external view returns (uint256);
    function MAX_EARNING_TOKENS() external view returns (uint256);
}
