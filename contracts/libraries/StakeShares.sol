// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Shares of a pool of stake
/// @notice As in ERC-4626 with VIRTUAL_SHARES shares and one unit of assets that nobody owns. Assets are counted, never read from a
/// balance, so a donation does not raise the price of a share; the virtual shares make raising it by roundings cost a
/// thousand times what a victim could lose.
/// @dev Rounded down, the worth of all shares together is at most the assets: shares / (shares + VIRTUAL_SHARES) < 1, so
/// the exact worth is below assets + 1.
library StakeShares {
    uint256 internal constant VIRTUAL_SHARES = 1_000;
    uint256 internal constant VIRTUAL_ASSETS = 1;

    function toSharesDown(uint256 amount, uint256 assets, uint256 shares) internal pure returns (uint256) {
        return Math.mulDiv(amount, shares + VIRTUAL_SHARES, assets + VIRTUAL_ASSETS);
    }

    function toSharesUp(uint256 amount, uint256 assets, uint256 shares) internal pure returns (uint256) {
        return Math.mulDiv(amount, shares + VIRTUAL_SHARES, assets + VIRTUAL_ASSETS, Math.Rounding.Ceil);
    }

    function toAssetsDown(uint256 part, uint256 assets, uint256 shares) internal pure returns (uint256) {
        return Math.mulDiv(part, assets + VIRTUAL_ASSETS, shares + VIRTUAL_SHARES);
    }
}
