// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title Permit that cannot be blocked
library PermitLib {
    /// @notice Uses an ERC-2612 permit of `owner` for `spender`, and goes on if it fails: anyone can submit a permit that
    /// they saw pending, which makes it fail here and leaves the allowance in place. The transfer that follows is what
    /// decides; so call this only where the owner has asked for that transfer.
    function tryPermit(
        address token,
        address owner,
        address spender,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) internal {
        if (token.code.length == 0) return;
        try IERC20Permit(token).permit(owner, spender, amount, deadline, v, r, s) {} catch {}
    }
}
