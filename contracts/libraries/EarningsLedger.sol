// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What one delegated share of a provider has earned in one token since the beginning, times 2^112.
/// @dev One slot, read once a paid job.
struct Accumulator {
    uint248 perShareDown;
    bool registered;
}

/// @notice One delegator's side: up to where its shares are settled, and what it has not claimed.
struct Earnings {
    uint256 settledPerShare;
    uint256 accrued;
}

/// @notice The delegated shares that an account holds in a provider's pool, and the epochs that they and the pool are of.
struct Holding {
    address provider;
    address account;
    uint256 shares;
    uint256 epoch;
    uint256 poolEpoch;
}

struct Ledger {
    mapping(address provider => address[]) tokens;
    mapping(address provider => mapping(address token => Accumulator)) accumulators;
    /// @dev Where the accumulators stood when a pool was wiped: the shares that this voided earn up to there.
    mapping(address provider => mapping(uint256 epoch => mapping(address token => uint256))) finals;
    mapping(address provider => mapping(address account => mapping(address token => Earnings))) earnings;
}

/// @title What delegators earn
/// @notice An accumulator for each provider and token; a delegator is settled before its shares change. Every rounding is
/// down, so what is paid out is at most what was shared; what is lost is below one unit a shared amount and one a
/// settlement (as long as there are less than 2^112 delegated shares: 5 * 10^12 tokens that never were slashed).
library EarningsLedger {
    using SafeCast for uint256;

    uint256 internal constant SCALE_BITS = 112;

    /// @notice Shares an amount (below 2^96) among all delegated shares, of which there must be some; false if the token is
    /// not registered.
    function share(
        Ledger storage ledger,
        address provider,
        address token,
        uint256 amount,
        uint256 delegatedShares
    ) internal returns (bool) {
        Accumulator storage accumulator = ledger.accumulators[provider][token];
        if (!accumulator.registered) return false;
        // Below 2^208 an amount: no number of jobs that a chain can hold overflows it.
        accumulator.perShareDown += ((amount << SCALE_BITS) / delegatedShares).toUint248();
        return true;
    }

    /// @notice Settles all of the provider's tokens for shares that are about to change or to be voided.
    function settleAll(Ledger storage ledger, Holding memory holding) internal {
        address[] storage tokens = ledger.tokens[holding.provider];
        uint256 count = tokens.length;
        for (uint256 i = 0; i < count; ++i) {
            address token = tokens[i];
            Earnings storage earnings = settle(ledger, holding, token);
            if (holding.epoch == holding.poolEpoch) continue;
            earnings.settledPerShare = ledger.accumulators[holding.provider][token].perShareDown;
        }
    }

    /// @notice Settles one token.
    function settle(
        Ledger storage ledger,
        Holding memory holding,
        address token
    ) internal returns (Earnings storage earnings) {
        earnings = ledger.earnings[holding.provider][holding.account][token];
        uint256 perShare = _perShareOf(ledger, holding, token);
        uint256 owedDown = _owedDown(earnings, holding.shares, perShare);
        if (owedDown > 0) earnings.accrued += owedDown;
        earnings.settledPerShare = perShare;
    }

    /// @notice Keeps where the accumulators stand: the shares of `epoch` earn no more.
    function close(Ledger storage ledger, address provider, uint256 epoch) internal {
        address[] storage tokens = ledger.tokens[provider];
        uint256 count = tokens.length;
        for (uint256 i = 0; i < count; ++i) {
            address token = tokens[i];
            ledger.finals[provider][epoch][token] = ledger.accumulators[provider][token].perShareDown;
        }
    }

    /// @notice What a delegator could claim now.
    function claimable(Ledger storage ledger, Holding memory holding, address token) internal view returns (uint256) {
        Earnings storage earnings = ledger.earnings[holding.provider][holding.account][token];
        return earnings.accrued + _owedDown(earnings, holding.shares, _perShareOf(ledger, holding, token));
    }

    function _perShareOf(Ledger storage ledger, Holding memory holding, address token) private view returns (uint256) {
        if (holding.epoch != holding.poolEpoch) return ledger.finals[holding.provider][holding.epoch][token];
        return ledger.accumulators[holding.provider][token].perShareDown;
    }

    function _owedDown(Earnings storage earnings, uint256 shares, uint256 perShare) private view returns (uint256) {
        if (shares == 0) return 0;
        return Math.mulDiv(shares, perShare - earnings.settledPerShare, 1 << SCALE_BITS);
    }
}
