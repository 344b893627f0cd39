// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {StakeShares} from "./StakeShares.sol";

/// @notice A provider's pool. IProviderStaking.ProviderPool says what the amounts mean.
/// @dev Slot 0 is all that a bond touches: assets (12), locked (12), sharedBps (2), activeJobs (2), capacity (2),
/// hasDelegators (1). Slot 1: shares (16), delegatedShares (16). Slot 2: unbondingAssets (12), unbondingShares (20).
/// Slot 3: commissionChangesAt (8), nextSharedBps (2), epoch (4).
/// sharedBps is 10,000 less the commission, so that the zero of a fresh pool is a commission of all.
/// `epoch` counts how often the pool was wiped; shares of an earlier epoch are void.
/// Amounts are below 2^96, the stake token's supply being 10^27. Shares start at 1,000 a unit; a slash raises that number
/// in proportion, at most a hundredfold before it wipes the pool, so 2^128 holds the shares of the whole supply after 4
/// such slashes in a row, and of a thousand tokens after 7.
struct Pool {
    uint96 assets;
    uint96 locked;
    uint16 sharedBps;
    uint16 activeJobs;
    uint16 capacity;
    bool hasDelegators;
    uint128 shares;
    uint128 delegatedShares;
    uint96 unbondingAssets;
    uint160 unbondingShares;
    uint64 commissionChangesAt;
    uint16 nextSharedBps;
    uint32 epoch;
}

/// @dev Slot 0: shares (16), readyAt (8), epoch (4). Slot 1: unbondingShares (20).
struct Position {
    uint128 shares;
    uint64 readyAt;
    uint32 epoch;
    uint160 unbondingShares;
}

/// @title Movements of stake within a provider's pool
/// @notice Keeps locked <= assets + unbondingAssets, and what all positions are worth together <= assets and
/// unbondingAssets. Every rounding is in the pool's favour. Who may do what is the caller's affair.
library StakePool {
    using SafeCast for uint256;

    /// @dev A slash that leaves less than bond / WIPE_DIVISOR wipes the pool. Since the pool held the bond before, all in
    /// it have just lost more than 99 % in that slash; without a wipe the worthless shares would outnumber new ones.
    uint256 internal constant WIPE_DIVISOR = 100;

    /// @notice Adds stake and mints shares for it; 0 if it is worth less than one.
    /// @dev The position must be of the pool's epoch: see `refresh`.
    function deposit(
        Pool storage pool,
        Position storage position,
        uint256 amount,
        bool delegated
    ) internal returns (uint256 sharesDown) {
        (uint256 assets, uint256 shares) = (pool.assets, pool.shares);
        sharesDown = StakeShares.toSharesDown(amount, assets, shares);
        pool.assets = (assets + amount).toUint96();
        pool.shares = (shares + sharesDown).toUint128();
        // Casting is safe from here on: parts of pool.shares.
        position.shares += uint128(sharesDown);
        if (!delegated) return sharesDown;
        pool.delegatedShares += uint128(sharesDown);
        if (!pool.hasDelegators && sharesDown > 0) pool.hasDelegators = true;
    }

    /// @notice Moves stake that the position is worth to the unbonding pool. All of it: all of its shares.
    function unbond(
        Pool storage pool,
        Position storage position,
        uint256 amount,
        bool delegated
    ) internal returns (uint256 sharesUp, uint256 unbondingSharesDown) {
        (uint256 assets, uint256 shares) = (pool.assets, pool.shares);
        sharesUp = amount == stakeOf(pool, position) ? position.shares : StakeShares.toSharesUp(amount, assets, shares);
        (uint256 unbondingAssets, uint256 unbondingShares) = (pool.unbondingAssets, pool.unbondingShares);
        unbondingSharesDown = StakeShares.toSharesDown(amount, unbondingAssets, unbondingShares);
        pool.assets = (assets - amount).toUint96();
        pool.shares = (shares - sharesUp).toUint128();
        pool.unbondingAssets = (unbondingAssets + amount).toUint96();
        pool.unbondingShares = (unbondingShares + unbondingSharesDown).toUint160();
        // Casting is safe from here on: parts of what was cast above.
        position.shares -= uint128(sharesUp);
        position.unbondingShares += uint160(unbondingSharesDown);
        if (!delegated) return (sharesUp, unbondingSharesDown);
        pool.delegatedShares -= uint128(sharesUp);
        if (pool.delegatedShares == 0) pool.hasDelegators = false;
    }

    /// @notice Takes all of a position's unbonding stake out of the pool.
    function withdraw(Pool storage pool, Position storage position, uint256 amount) internal {
        pool.unbondingAssets = (pool.unbondingAssets - amount).toUint96();
        pool.unbondingShares -= position.unbondingShares;
        position.unbondingShares = 0;
        position.readyAt = 0;
    }

    /// @notice Locks a bond if there is a place and stake for it.
    function lock(Pool storage pool, uint256 bond) internal returns (bool) {
        if (!canLock(pool, bond)) return false;
        // Casting is safe: at most pool.assets.
        pool.locked += uint96(bond);
        pool.activeJobs += 1;
        return true;
    }

    /// @notice Unlocks a bond that is locked.
    function unlock(Pool storage pool, uint256 bond) internal {
        // Casting is safe: at most pool.locked.
        pool.locked -= uint96(bond);
        pool.activeJobs -= 1;
    }

    /// @notice Cuts a bond that was just unlocked from the whole pool, in proportion to what is unbonding and what is not.
    /// @return dust what a wipe took besides, 0 if there was none
    /// @return wiped whether the pool starts anew
    function slash(Pool storage pool, uint256 bond) internal returns (uint256 dust, bool wiped) {
        (uint256 assets, uint256 unbondingAssets) = (pool.assets, pool.unbondingAssets);
        uint256 left = assets + unbondingAssets - bond;
        if (left * WIPE_DIVISOR < bond) {
            _wipe(pool);
            return (left, true);
        }
        uint256 unbondingCutDown = (bond * unbondingAssets) / (assets + unbondingAssets);
        // The rest is bond * assets / total rounded up, which is at most `assets` as the bond is at most the total.
        pool.assets = uint96(assets - (bond - unbondingCutDown));
        if (unbondingCutDown > 0) pool.unbondingAssets = uint96(unbondingAssets - unbondingCutDown);
    }

    /// @notice Voids a position of an earlier epoch.
    function refresh(Pool storage pool, Position storage position) internal {
        if (position.epoch == pool.epoch) return;
        position.shares = 0;
        position.unbondingShares = 0;
        position.readyAt = 0;
        position.epoch = pool.epoch;
    }

    function canLock(Pool storage pool, uint256 bond) internal view returns (bool) {
        return pool.activeJobs < pool.capacity && pool.assets >= pool.locked + bond;
    }

    /// @notice What a position's shares are worth, rounded down.
    function stakeOf(Pool storage pool, Position storage position) internal view returns (uint256) {
        if (position.epoch != pool.epoch) return 0;
        return StakeShares.toAssetsDown(position.shares, pool.assets, pool.shares);
    }

    /// @notice What a position's unbonding shares are worth, rounded down.
    function unbondingOf(Pool storage pool, Position storage position) internal view returns (uint256) {
        if (position.epoch != pool.epoch) return 0;
        return StakeShares.toAssetsDown(position.unbondingShares, pool.unbondingAssets, pool.unbondingShares);
    }

    /// @notice What all but the holder of `own` have in the pool, unbonding or not, rounded down. A slash cuts it in the same
    /// proportion as what `own` is worth: equal shares are worth the same after it.
    function othersOf(Pool storage pool, Position storage own) internal view returns (uint256) {
        uint256 delegated = StakeShares.toAssetsDown(pool.delegatedShares, pool.assets, pool.shares);
        uint256 unbondingShares = pool.unbondingShares;
        if (own.epoch == pool.epoch) unbondingShares -= own.unbondingShares;
        return delegated + StakeShares.toAssetsDown(unbondingShares, pool.unbondingAssets, pool.unbondingShares);
    }

    function _wipe(Pool storage pool) private {
        pool.assets = 0;
        pool.hasDelegators = false;
        pool.shares = 0;
        pool.delegatedShares = 0;
        pool.unbondingAssets = 0;
        pool.unbondingShares = 0;
        pool.epoch += 1;
    }
}
