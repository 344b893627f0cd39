// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {DeployerOnce} from "../access/DeployerOnce.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IProviderStaking, ProviderPool, StakePosition} from "../interfaces/IProviderStaking.sol";
import {Earnings, EarningsLedger, Holding, Ledger} from "../libraries/EarningsLedger.sol";
import {PermitLib} from "../libraries/PermitLib.sol";
import {Pool, Position, StakePool} from "../libraries/StakePool.sol";
import {BPS} from "../types/Job.sol";

/// @title Provider staking
/// @dev The stake token is the protocol's own: it takes no fee on transfers and calls nobody, so no guard is needed; the
/// one call of the market is the last thing that its function does.
/// What this contract holds = Σ assets + Σ unbonding assets + Σ slash proceeds.
/// lockBond and releaseBond touch one slot of a pool without delegators.
contract ProviderStaking is IProviderStaking, DeployerOnce {
    using Checkpoints for Checkpoints.Trace208;
    using EarningsLedger for Ledger;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using StakePool for Pool;

    /// @inheritdoc IProviderStaking
    uint256 public constant UNBONDING_SECONDS = 7 days;
    /// @inheritdoc IProviderStaking
    uint256 public constant MAX_EARNING_TOKENS = 8;

    /// @inheritdoc IProviderStaking
    address public immutable stakeToken;
    /// @inheritdoc IProviderStaking
    address public immutable treasury;
    /// @inheritdoc IProviderStaking
    uint256 public immutable bondAmount;

    /// @inheritdoc IProviderStaking
    address public market;
    mapping(address caller => bool) private _isProtocol;
    mapping(address provider => Pool) private _pools;
    /// @dev Pool.assets at the end of each block in which it changed.
    mapping(address provider => Checkpoints.Trace208) private _stakeHistory;
    mapping(address provider => mapping(address account => Position)) private _positions;
    Ledger private _ledger;
    /// @inheritdoc IProviderStaking
    mapping(address account => uint256) public slashProceedsOf;

    modifier onlyMarket() {
        if (msg.sender != market) revert CallerNotProtocol(msg.sender);
        _;
    }

    modifier onlyProtocol() {
        if (!_isProtocol[msg.sender]) revert CallerNotProtocol(msg.sender);
        _;
    }

    constructor(address stakeToken_, address treasury_, uint256 bondAmount_) {
        if (stakeToken_ == address(0) || treasury_ == address(0)) revert StakingAddressZero();
        if (bondAmount_ == 0) revert StakeAmountZero();
        stakeToken = stakeToken_;
        treasury = treasury_;
        // Pool.locked counts bonds in 96 bits.
        bondAmount = bondAmount_.toUint96();
    }

    /// @inheritdoc IProviderStaking
    function setProtocolContracts(
        address market_,
        address selection,
        address quorumPolicy,
        address optimisticPolicy
    ) external onlyDeployerOnce {
        address[4] memory callers = [market_, selection, quorumPolicy, optimisticPolicy];
        for (uint256 i = 0; i < callers.length; ++i) {
            if (callers[i] == address(0)) revert StakingAddressZero();
            _isProtocol[callers[i]] = true;
        }
        market = market_;
        emit ProtocolContractsSet(market_, selection, quorumPolicy, optimisticPolicy);
    }

    // Staking

    /// @inheritdoc IProviderStaking
    function stake(uint256 amount) public {
        _deposit(msg.sender, amount);
    }

    /// @inheritdoc IProviderStaking
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        PermitLib.tryPermit(stakeToken, msg.sender, address(this), amount, deadline, v, r, s);
        stake(amount);
    }

    /// @inheritdoc IProviderStaking
    function delegate(address provider, uint256 amount) public {
        _requireOwnBond(provider);
        if (msg.sender != provider) {
            uint256 room = delegationRoomOf(provider);
            if (amount > room) revert DelegationAboveOwnStake(provider, room);
        }
        _deposit(provider, amount);
    }

    /// @inheritdoc IProviderStaking
    function delegateWithPermit(
        address provider,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        PermitLib.tryPermit(stakeToken, msg.sender, address(this), amount, deadline, v, r, s);
        delegate(provider, amount);
    }

    /// @inheritdoc IProviderStaking
    function requestUnstake(address provider, uint256 amount) external {
        if (amount == 0) revert StakeAmountZero();
        Pool storage pool = _pools[provider];
        Position storage position = _positions[provider][msg.sender];
        uint256 available = pool.stakeOf(position);
        if (available < amount) revert PositionInsufficient(provider, msg.sender, available, amount);
        _settleAll(provider, msg.sender);
        uint256 readyAt = block.timestamp + UNBONDING_SECONDS;
        position.readyAt = uint64(readyAt);
        (uint256 shares, uint256 unbondingShares) = pool.unbond(position, amount, msg.sender != provider);
        if (unbondingShares == 0) revert StakeAmountZero();
        _recordStake(provider);
        emit UnstakeRequested(provider, msg.sender, amount, shares, readyAt);
        if (msg.sender == provider) _stopUncovered(provider);
    }

    /// @inheritdoc IProviderStaking
    function withdrawUnstaked(address provider) external returns (uint256 amount) {
        Pool storage pool = _pools[provider];
        Position storage position = _positions[provider][msg.sender];
        amount = pool.unbondingOf(position);
        if (amount == 0) revert NothingUnbonding(msg.sender);
        if (block.timestamp < position.readyAt) revert UnbondingNotReady(msg.sender, position.readyAt);
        uint256 free = uint256(pool.assets) + pool.unbondingAssets - pool.locked;
        if (msg.sender == provider && pool.locked > 0) free = Math.min(free, _beyondCover(pool, position));
        if (free < amount) revert StakeInsufficient(provider, free, amount);
        pool.withdraw(position, amount);
        emit Unstaked(provider, msg.sender, amount);
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

    // What a provider sets

    /// @inheritdoc IProviderStaking
    function setCapacity(uint256 capacity) external {
        Pool storage pool = _pools[msg.sender];
        if (capacity > 0) _requireCovered(msg.sender);
        pool.capacity = capacity.toUint16();
        emit CapacitySet(msg.sender, capacity);
    }

    /// @inheritdoc IProviderStaking
    function setCommission(uint256 commissionBps) external {
        if (commissionBps > BPS) revert CommissionTooHigh(commissionBps, BPS);
        Pool storage pool = _pools[msg.sender];
        // Casting is safe: at most BPS.
        uint16 sharedBps = uint16(BPS - commissionBps);
        uint256 sharedNow = _sharedBpsOf(pool);
        bool raised = sharedBps < sharedNow;
        uint256 effectiveAt = raised ? block.timestamp + UNBONDING_SECONDS : block.timestamp;
        pool.sharedBps = raised ? uint16(sharedNow) : sharedBps;
        pool.nextSharedBps = sharedBps;
        pool.commissionChangesAt = raised ? uint64(effectiveAt) : 0;
        emit CommissionSet(msg.sender, commissionBps, effectiveAt);
    }

    // Earnings

    /// @inheritdoc IProviderStaking
    function registerEarningToken(address provider, address token) external onlyProtocol {
        if (_ledger.accumulators[provider][token].registered) return;
        if (_ledger.tokens[provider].length == MAX_EARNING_TOKENS) {
            revert TooManyEarningTokens(provider, MAX_EARNING_TOKENS);
        }
        _ledger.accumulators[provider][token].registered = true;
        _ledger.tokens[provider].push(token);
        emit EarningTokenRegistered(provider, token);
    }

    /// @inheritdoc IProviderStaking
    function claimEarnings(address provider, address token) external returns (uint256 amount) {
        Earnings storage earnings = _ledger.settle(_holdingOf(provider, msg.sender), token);
        amount = earnings.accrued;
        if (amount == 0) revert NoEarnings(provider, msg.sender, token);
        earnings.accrued = 0;
        emit EarningsClaimed(provider, msg.sender, token, amount);
        IJobMarket(market).transferBalance(msg.sender, token, amount);
    }

    // Bonds

    /// @inheritdoc IProviderStaking
    function lockBond(address provider) external onlyProtocol returns (bool locked) {
        locked = _pools[provider].lock(bondAmount);
        if (locked) emit BondLocked(provider, bondAmount);
    }

    /// @inheritdoc IProviderStaking
    function releaseBond(
        address provider,
        address token,
        uint256 earned
    ) external onlyMarket returns (uint256 delegatorsAmount) {
        _unlock(provider);
        emit BondReleased(provider, bondAmount);
        return _share(provider, token, earned);
    }

    /// @inheritdoc IProviderStaking
    function shareEarnings(
        address provider,
        address token,
        uint256 earned
    ) external onlyMarket returns (uint256 delegatorsAmount) {
        return _share(provider, token, earned);
    }

    /// @inheritdoc IProviderStaking
    function releaseBondUnpaid(address provider) external onlyProtocol {
        _unlock(provider);
        emit BondReleased(provider, bondAmount);
    }

    /// @inheritdoc IProviderStaking
    function slashBond(address provider, address wronged, uint256 wrongedAmount) external onlyProtocol {
        uint256 treasuryAmount = bondAmount - wrongedAmount;
        Pool storage pool = _unlock(provider);
        (uint256 dust, bool wiped) = pool.slash(bondAmount);
        _recordStake(provider);
        if (wrongedAmount > 0) slashProceedsOf[wronged] += wrongedAmount;
        if (treasuryAmount + dust > 0) slashProceedsOf[treasury] += treasuryAmount + dust;
        emit BondSlashed(provider, bondAmount, wronged, wrongedAmount, treasuryAmount);
        if (!wiped) return;
        _ledger.close(provider, pool.epoch - 1);
        emit PoolWiped(provider, dust);
    }

    // Views

    /// @inheritdoc IProviderStaking
    function canLockBond(address provider) external view returns (bool) {
        return _pools[provider].canLock(bondAmount);
    }

    /// @inheritdoc IProviderStaking
    function poolOf(address provider) external view returns (ProviderPool memory) {
        Pool storage pool = _pools[provider];
        uint16 commissionBps = uint16(BPS - _sharedBpsOf(pool));
        bool changes = block.timestamp < pool.commissionChangesAt;
        return
            ProviderPool({
                assets: pool.assets,
                locked: pool.locked,
                commissionBps: commissionBps,
                activeJobs: pool.activeJobs,
                capacity: pool.capacity,
                hasDelegators: pool.hasDelegators,
                shares: pool.shares,
                delegatedShares: pool.delegatedShares,
                unbondingAssets: pool.unbondingAssets,
                unbondingShares: pool.unbondingShares,
                nextCommissionBps: changes ? uint16(BPS - pool.nextSharedBps) : commissionBps,
                commissionChangesAt: changes ? pool.commissionChangesAt : 0
            });
    }

    /// @inheritdoc IProviderStaking
    function positionOf(address provider, address account) external view returns (StakePosition memory position) {
        Pool storage pool = _pools[provider];
        Position storage stored = _positions[provider][account];
        if (stored.epoch != pool.epoch) return position;
        position.shares = stored.shares;
        position.stake = pool.stakeOf(stored);
        position.unbondingShares = stored.unbondingShares;
        position.unbonding = pool.unbondingOf(stored);
        position.unbondingReadyAt = stored.readyAt;
    }

    /// @inheritdoc IProviderStaking
    function delegatedOf(address provider) external view returns (uint256 others) {
        (, others) = _stakesOf(provider);
    }

    /// @inheritdoc IProviderStaking
    function delegationRoomOf(address provider) public view returns (uint256) {
        (uint256 own, uint256 others) = _stakesOf(provider);
        return Math.saturatingSub(own, others);
    }

    /// @inheritdoc IProviderStaking
    function stakeOf(address provider) external view returns (uint256) {
        return _pools[provider].assets;
    }

    /// @inheritdoc IProviderStaking
    function stakeSince(address provider, uint256 blockNumber) external view returns (uint256) {
        return Math.min(_pools[provider].assets, _stakeHistory[provider].upperLookupRecent(blockNumber.toUint48()));
    }

    /// @inheritdoc IProviderStaking
    function freeStakeOf(address provider) external view returns (uint256) {
        Pool storage pool = _pools[provider];
        return pool.assets > pool.locked ? pool.assets - pool.locked : 0;
    }

    /// @inheritdoc IProviderStaking
    function commissionOf(address provider) external view returns (uint256) {
        return BPS - _sharedBpsOf(_pools[provider]);
    }

    /// @inheritdoc IProviderStaking
    function claimableEarningsOf(address provider, address account, address token) external view returns (uint256) {
        return _ledger.claimable(_holdingOf(provider, account), token);
    }

    /// @inheritdoc IProviderStaking
    function earningTokensOf(address provider) external view returns (address[] memory) {
        return _ledger.tokens[provider];
    }

    function _deposit(address provider, uint256 amount) private {
        if (amount == 0) revert StakeAmountZero();
        Pool storage pool = _pools[provider];
        Position storage position = _positions[provider][msg.sender];
        _settleAll(provider, msg.sender);
        pool.refresh(position);
        uint256 shares = pool.deposit(position, amount, msg.sender != provider);
        if (shares == 0) revert StakeAmountZero();
        _recordStake(provider);
        emit Staked(provider, msg.sender, amount, shares);
        IERC20(stakeToken).safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev What the provider shares: its delegators' part of what its stake earned, less its commission. Its own part never
    /// comes here, so its own shares are not in the accumulator.
    function _share(address provider, address token, uint256 earned) private returns (uint256 delegatorsAmountDown) {
        Pool storage pool = _pools[provider];
        // A stored commission of all can not be about to rise.
        if (!pool.hasDelegators || pool.sharedBps == 0 || earned == 0) return 0;
        uint256 sharedBps = _sharedBpsOf(pool);
        if (sharedBps == 0) return 0;
        uint256 delegatedShares = pool.delegatedShares;
        // Below 2^96 * 2^14 * 2^128: fees are below 2^96.
        delegatorsAmountDown = (earned * sharedBps * delegatedShares) / (BPS * pool.shares);
        if (delegatorsAmountDown == 0) return 0;
        if (!_ledger.share(provider, token, delegatorsAmountDown, delegatedShares)) return 0;
        emit EarningsShared(provider, token, delegatorsAmountDown);
    }

    function _recordStake(address provider) private {
        // Casting is safe: block numbers are below 2^48.
        _stakeHistory[provider].push(uint48(block.number), _pools[provider].assets);
    }

    function _unlock(address provider) private returns (Pool storage pool) {
        pool = _pools[provider];
        if (pool.locked < bondAmount) revert BondNotLocked(provider, pool.locked, bondAmount);
        pool.unlock(bondAmount);
    }

    /// @dev A provider's own shares earn nothing here: the market pays it directly.
    function _settleAll(address provider, address account) private {
        if (account != provider) _ledger.settleAll(_holdingOf(provider, account));
    }

    /// @dev A provider must not work at its delegators' risk more than at its own. Checked where its stake falls by its own
    /// will, so that it costs a bond nothing: others can not add more than is covered, and a slash cuts all alike.
    function _stopUncovered(address provider) private {
        Pool storage pool = _pools[provider];
        if (pool.capacity == 0) return;
        (uint256 own, uint256 others) = _stakesOf(provider);
        if (others == 0 || (own >= bondAmount && own >= others)) return;
        pool.capacity = 0;
        emit CapacitySet(provider, 0);
    }

    function _requireCovered(address provider) private view {
        (uint256 own, uint256 others) = _stakesOf(provider);
        if (others == 0) return;
        if (own < bondAmount) revert ProviderHasNoStake(provider);
        if (own < others) revert OwnStakeBelowDelegated(provider, own, others);
    }

    /// @dev The provider's own stake that is not unbonding, and what others have in its pool.
    function _stakesOf(address provider) private view returns (uint256 own, uint256 others) {
        Pool storage pool = _pools[provider];
        Position storage position = _positions[provider][provider];
        return (pool.stakeOf(position), pool.othersOf(position));
    }

    /// @dev What a provider has in its pool, unbonding or not, beyond what others have there.
    function _beyondCover(Pool storage pool, Position storage own) private view returns (uint256) {
        return Math.saturatingSub(pool.stakeOf(own) + pool.unbondingOf(own), pool.othersOf(own));
    }

    function _requireOwnBond(address provider) private view {
        if (_pools[provider].stakeOf(_positions[provider][provider]) < bondAmount) revert ProviderHasNoStake(provider);
    }

    function _holdingOf(address provider, address account) private view returns (Holding memory) {
        Position storage position = _positions[provider][account];
        return
            Holding({
                provider: provider,
                account: account,
                shares: account == provider ? 0 : position.shares,
                epoch: position.epoch,
                poolEpoch: _pools[provider].epoch
            });
    }

    /// @dev What delegators get of each 10,000 that their stake earned. Read where there are delegators only: a raise of the
    /// commission that is due is in another slot.
    function _sharedBpsOf(Pool storage pool) private view returns (uint256) {
        uint256 changesAt = pool.commissionChangesAt;
        return changesAt > 0 && block.timestamp >= changesAt ? pool.nextSharedBps : pool.sharedBps;
    }
}
